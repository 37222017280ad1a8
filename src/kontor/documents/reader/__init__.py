"""The process that opens what strangers send: limited, replaceable, without a database."""
