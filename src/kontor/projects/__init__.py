"""The tree of what money is spent for and earned by.

Words: a project [Projekt] is a cost centre [Kostenstelle], client [Kunde], area [Bereich] or job [Job]; all
stand in one tree, so that a figure of a branch is the sum of what hangs below it. A project that has been
posted to is never deleted, it is deactivated.
"""
