"""The pages: each module holds the routes of one part of the site."""
