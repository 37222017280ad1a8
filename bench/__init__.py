"""The measured workloads, each beside the peer or limit measured in the same run.

A workload is one file with `def measure() -> Result`; `./kontor bench NAME [--json]` runs it.
"""
