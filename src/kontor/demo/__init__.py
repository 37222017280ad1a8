"""Two believable organisations to try Kontor out: a church community [gemeinde] and an agency [agentur].

Their two years are made through the same actions that people use: invoices are opened, statement files are
written as a bank would send them and imported, payments are assigned. The newest statements lie as files in the
demo folder, to be imported by hand. Nothing here is needed to run real books.
"""
