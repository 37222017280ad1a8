"""How Kontor stands on a machine: settings, addresses, the embedded or outside database, the processes.

`data_folder` names where everything lies; `database` runs the embedded PostgreSQL; `attach` lets a command
share it; `processes` and `supervisor` keep database, web server and worker running together. It knows every
context (settings, urls), and no context knows it.
"""
