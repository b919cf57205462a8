"""The command line. Each command's module is loaded when it is called, so that ``web`` never loads docker."""
