"""The mistakes that raise no error and are easily made, each recognised by its traces in what differs."""
