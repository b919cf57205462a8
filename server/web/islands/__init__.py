"""The pages' scripts: TypeScript sources and the build that turns them into ``server/web/static/islands``."""
