"""The command line: one file per group of verbs.

A context adds its own verbs with `add_parsers` in its `commands.py`. Every verb parses, calls one
action or query and prints; with --json it prints one JSON object on standard output and nothing else there.
"""
