"""A real shop, django-oscar with its REST API, for an interpreter that has both: `oscar_shop.py FOLDER COUNT`

Prints its address when it answers.
"""

import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command

_WORDS = """analytics checkout address shipping catalogue communication partner basket payment offer order
    customer search voucher wishlists"""
_APPS = _WORDS.split()
_OFFICES = """reports users orders catalogue offers partners pages ranges reviews vouchers communications
    shipping"""
_DASHBOARDS = _OFFICES.split()


def configure(folder: Path) -> None:
    from oscar import defaults

    settings.configure(
        **{name: getattr(defaults, name) for name in dir(defaults) if name.isupper()},
        SECRET_KEY="for the test alone",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        SITE_ID=1,
        USE_TZ=True,
        MEDIA_ROOT=str(folder),
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "shop.sqlite")}},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                    "oscar.apps.basket.middleware.BasketMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        REST_FRAMEWORK={"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
                        "PAGE_SIZE": 10},
        OSCARAPI_BLOCK_ADMIN_API_ACCESS=True,
        OSCARAPI_PRODUCT_FIELDS=("url", "id", "upc", "title", "description", "categories", "attributes"),
        INSTALLED_APPS=[
            "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
            "django.contrib.sessions", "django.contrib.messages", "django.contrib.sites",
            "django.contrib.flatpages", "oscar.config.Shop",
            *(f"oscar.apps.{app}.apps.{app.title()}Config" for app in _APPS),
            "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
            "oscar.apps.dashboard.apps.DashboardConfig",
            *(f"oscar.apps.dashboard.{app}.apps.{app.title()}DashboardConfig" for app in _DASHBOARDS),
            "widget_tweaks", "haystack", "treebeard", "django_tables2", "rest_framework", "oscarapi",
        ],
    )  # fmt: skip
    django.setup()


def fill(count: int) -> None:
    from oscar.apps.catalogue.categories import create_from_breadcrumbs
    from oscar.core.loading import get_model

    kind = get_model("catalogue", "ProductClass").objects.create(name="Shoes", requires_shipping=True)
    category = create_from_breadcrumbs("Footwear > Sneakers")
    for number in range(1, count + 1):
        product = get_model("catalogue", "Product").objects.create(
            product_class=kind,
            structure="standalone",
            upc=f"U{number:03}",
            title=f"Tavoro sneakers no. {number}",
            description=f"<p>Für draußen &amp; drinnen, no. {number}</p>",
        )
        product.categories.add(category)


def urls() -> list[object]:
    from django.urls import include, path

    return [path("api/", include("oscarapi.urls"))]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


if __name__ == "__main__":
    configure(Path(sys.argv[1]))
    call_command("migrate", verbosity=0)
    fill(int(sys.argv[2]))
    globals()["urlpatterns"] = urls()
    from django.core.wsgi import get_wsgi_application

    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
