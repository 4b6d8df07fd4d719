"""Rescans: what was judged before is judged again with what the registry holds now; nothing is read again."""
