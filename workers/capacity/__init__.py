"""How many machines a number of listings needs: a simulation of the queues, with costs measured here."""
