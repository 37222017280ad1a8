"""SWIFT MT940 and MT942 in the dialects of German, Austrian, Swiss and Dutch banks."""
