"""The measured workloads, each beside the peer or limit measured in the same run.

A workload is one file with `run() -> {"bench", "figures": {…}, "goals": [{"goal", "limit", "value", "met"}]}`;
`./kontor bench NAME [--json]` runs it.
"""
