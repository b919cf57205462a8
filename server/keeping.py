"""Which sandbox images must stay: those that stored gradings name, as a replay wants the very image of that day."""

from sqlalchemy import select

from server.database.embedded import EmbeddedPostgres
from server.database.models import Grading
from server.opening import database_url, foundation
from server.settings import Settings


async def images_of_gradings(settings: Settings) -> frozenset[str]:
    """Return the ids of all images that stored gradings name; none where nothing was ever stored.

    Raises:
        DatabaseAway: The database cannot be asked; then nothing can be said to be unneeded.

    """
    if settings.database_url is None and not EmbeddedPostgres(settings.home).exists():
        return frozenset()
    image = Grading.environment["image"].as_string()
    async with (
        database_url(settings) as url,
        foundation(settings, url) as base,
        base.database.reading() as session,
    ):
        found = await session.scalars(select(image).where(image.is_not(None)).distinct())
        return frozenset(found)
