"""The page of an internal error needs neither the database nor a session."""

from flask import render_template


def test_the_page_names_the_shop_and_the_number_of_the_error(app):
    with app.test_request_context("/"):
        page = render_template("errors/fault.html", error_id="4f2a91")
    assert "4f2a91" in page and "<h1" in page
