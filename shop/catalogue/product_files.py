"""The products as rows of a file for a spreadsheet: those that the list of the office finds."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy.orm import Session

from shop.catalogue.models import Brand, Category, Product
from shop.catalogue.product_lists import Wanted, product_listing
from shop.core.errors import N_
from shop.core.money import Money
from shop.storage.paging import Place, count_of, read_number

Cell = str | Money
#: The columns of the file. Family and brand are named by their slugs, which no two share.
COLUMNS = (
    N_("Reference"),
    N_("EAN"),
    N_("Name"),
    N_("Brand"),
    N_("Family"),
    N_("Short description"),
    N_("Price including VAT"),
    N_("VAT rate"),
    N_("Weight in grams"),
    N_("Warranty in months"),
    N_("On sale"),
)
#: Products read from the database at once.
_AT_ONCE = 1000


def count_products(session: Session, wanted: Wanted, place: Place) -> int:
    """The number of rows that the file will have."""
    return read_number(session, count_of(product_listing(wanted).at(place)))


def rows_of_products(
    session: Session, wanted: Wanted, place: Place, *, words: tuple[str, str]
) -> Iterator[list[Cell]]:
    """The products that are wanted, as the list is filtered and sorted, read a part at a time.
    `words` say that one is on sale and that it is not.
    """
    listing = product_listing(wanted).at(place)
    statement = (
        listing.statement.with_only_columns(
            Product.sku,
            Product.ean,
            Product.name,
            Brand.slug.label("brand"),
            Category.slug.label("family"),
            Product.summary,
            Product.price_including,
            Product.vat_rate,
            Product.weight_g,
            Product.warranty_months,
            Product.published,
            maintain_column_froms=True,
        )
        .order_by(*listing.order)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.execute(statement):
        yield [
            row.sku,
            row.ean or "",
            row.name,
            row.brand,
            row.family,
            row.summary,
            row.price_including,
            f"{Decimal(row.vat_rate) / 100:f}".replace(".", ","),
            str(row.weight_g),
            str(row.warranty_months),
            words[0] if row.published else words[1],
        ]
