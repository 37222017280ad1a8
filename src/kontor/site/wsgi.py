"""The application for the web server."""

import gc
import os
import signal

from django.core.wsgi import get_wsgi_application

from kontor.site.children import die_with_parent
from kontor.site.turns import in_turns

# A worker of the web server would outlive its killed master and keep the port.
die_with_parent(signal.SIGTERM)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kontor.site.settings")

application = in_turns(get_wsgi_application())

# What is loaded by now stays for good: collections of a page's own short-lived objects need not walk over it.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
