"""The queue: a doorbell. Truth lives in our own tables, and every job can be made again from them."""
