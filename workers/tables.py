"""All tables that there are, and what they say of each other made ready.

To be imported before threads start: a table whose module is half imported by one thread is not known to the
table that names it, and SQLAlchemy tells every thread so from then on.
"""

from sqlalchemy.orm import configure_mappers

import brand_registry.attacking
import brand_registry.changes
import brand_registry.identity.tables
import brand_registry.looks
import brand_registry.notices
import brand_registry.previews
import brand_registry.rights
import brand_registry.trials
import review.appeals.tables
import review.audit.tables
import review.decisions.tables
import review.exceptions.tables
import review.groups.tables
import review.health.tables
import review.notices.tables
import review.outgoing.digests
import review.outgoing.tables
import review.queue.brand_harms
import review.queue.tables
import review.queue.teams
import review.recall.tables
import review.retention.tables
import review.training.tables
import workers.graph.tables
import workers.middle.tables
import workers.rescans.next_readings
import workers.rescans.tables
import workers.shards.tables
import workers.spread.tables

configure_mappers()
