"""Column types shared by the rows of a sale: a quote, an order, a card payment, their lines.

The names of a line's columns are `LINE_COLUMNS` of shop/core/sales; a test compares the rows.
"""

from typing import Annotated

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import mapped_column

#: None for shipping, which is no product.
ProductKey = Annotated[int | None, mapped_column(ForeignKey("products.id"))]
Sku = Annotated[str, mapped_column(String(40))]
LineName = Annotated[str, mapped_column(String(200))]
Detail = Annotated[str, mapped_column(String(300), default="")]
#: Of one unit, in grams.
Weight = Annotated[int, mapped_column(default=0)]
#: In basis points of the price before it.
Discount = Annotated[int, mapped_column(default=0, server_default=text("0"))]
#: The reference of the price agreement that gives the price of a line.
Agreement = Annotated[str, mapped_column(String(40), default="", server_default="")]
#: The address that e-mails to the buyer are sent to.
EmailAddress = Annotated[str, mapped_column(String(320))]
#: The buyer's language: "fr" or "en".
LanguageCode = Annotated[str, mapped_column(String(2))]
#: The key of the way of delivery.
ShippingKey = Annotated[str, mapped_column(String(20))]
