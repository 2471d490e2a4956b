"""The files of photographs."""

from flask import Response, abort

from shop.photographs.photographs import find_file
from shop.web.catalogue import blueprint
from shop.web.kit.guards import everybody
from shop.web.kit.site import reading


@blueprint.get("/photographies/<name>")
@everybody
def photograph(name: str) -> Response:
    """A file of a photograph; its name changes with its content."""
    file = find_file(reading(), name)
    if file is None:
        abort(404)
    return Response(
        file.data,
        mimetype=file.media_type,
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
