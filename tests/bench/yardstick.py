"""The same goods in the reference application's own tables."""

import json
from collections import Counter

from tests.bench.goods import BRANDS, DEPARTMENTS, FAMILIES, USAGES, items
from tests.bench.reference import schema


def fill_reference(url: str, count: int) -> None:
    """Make and fill the reference's tables: eight shelves, their facets, `count` products."""
    engine = schema.create_engine(url)
    goods, tallies = [], Counter[tuple[int, str, str, str]]()
    for item in items(count):
        goods.append(
            {
                "id": item.number,
                "category_id": item.department + 1,
                "sku": item.sku,
                "slug": item.slug,
                "name": item.name,
                "summary": item.summary,
                "description": item.description,
                "brand": f"Marque {item.brand}",
                "price": item.cents,
                "picture": item.picture,
                "specifications": json.dumps(item.specifications),
            }
        )
        family = FAMILIES[item.family]
        tallies[item.department + 1, "Famille", f"famille-{item.family}", family] += 1
        tallies[item.department + 1, "Disponibilité", "in_stock", "En stock"] += 1
        if item.brand < BRANDS // 3:
            tallies[item.department + 1, "Marque", f"marque-{item.brand}", str(item.brand)] += 1
        for usage in set(item.usages):
            tallies[item.department + 1, "Usage", f"usage-{usage}", USAGES[usage]] += 1
    shelves = [
        {"id": n + 1, "slug": f"shelf-{n}", "name": name, "intro": f"{name} : tout le rayon."}
        for n, name in enumerate(DEPARTMENTS)
    ]
    filters = [
        {"category_id": shelf, "kind": kind, "value": value, "label": label, "count": number}
        for (shelf, kind, value, label), number in tallies.items()
    ]
    schema.fill(engine, shelves, goods, filters, on_hand=1_000_000)
    engine.dispose()
