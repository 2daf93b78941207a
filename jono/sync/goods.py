"""Which item of the company each order line sells."""

from collections.abc import Iterable, Mapping

from jono.erp import port
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.models import OrderLine, ProductSettings, Shop
from jono.sync.models import VariantLink

_SKU_MAPPING = {
    ProductSettings.SkuMapping.NONE: port.SkuMapping.NONE,
    ProductSettings.SkuMapping.ITEM_NO: port.SkuMapping.ITEM_NO,
    ProductSettings.SkuMapping.VARIANT_CODE: port.SkuMapping.VARIANT_CODE,
    ProductSettings.SkuMapping.ITEM_NO_AND_VARIANT_CODE: port.SkuMapping.ITEM_NO_AND_VARIANT_CODE,
    ProductSettings.SkuMapping.BAR_CODE: port.SkuMapping.BAR_CODE,
}


class Goods:
    """The items that a page's order lines sell, looked up together."""

    def __init__(
        self, shop: Shop, by_variant: Mapping[str, port.Item], by_sku: Mapping[str, port.Item]
    ) -> None:
        self._shop = shop
        self._by_variant = by_variant
        self._by_sku = by_sku

    def item_of(self, line: OrderLine) -> port.Item:
        """Return the line's item; raise UserError when the company has none for it."""
        item = self._by_variant.get(line.variant_gid) or self._by_sku.get(line.sku)
        if item is None:
            raise UserError(
                gettext_noop(
                    'No item of %(company)s is "%(description)s" (SKU %(sku)s). Create an item for that SKU, or link '
                    "the variant with an item; then try again."
                ),
                company=self._shop.company_code,
                description=line.description,
                sku=line.sku or "-",
            )
        return item


def find_goods(shop: Shop, erp: port.Erp, lines: Iterable[OrderLine]) -> Goods:
    """Find the lines' items: by the variant's link, else by SKU as the shop maps it. What is found stays linked."""
    wanted = list(lines)
    by_variant = _linked(shop, erp, {line.variant_gid for line in wanted} - {""})
    skus = {line.sku for line in wanted if line.variant_gid not in by_variant} - {""}
    settings = shop.products_section
    mapping = _SKU_MAPPING[ProductSettings.SkuMapping(settings.sku_mapping)]
    by_sku = erp.items_by_sku(skus, mapping, settings.sku_field_separator) if skus else {}
    _link(shop, [line for line in wanted if line.variant_gid not in by_variant], by_sku)
    return Goods(shop, by_variant, by_sku)


def _linked(shop: Shop, erp: port.Erp, variant_gids: set[str]) -> dict[str, port.Item]:
    links = VariantLink.objects.filter(shop=shop, variant_gid__in=variant_gids)
    key_of = {link.variant_gid: port.ItemKey(link.item_no, link.variant_code) for link in links}
    items = erp.items(set(key_of.values())) if key_of else {}
    return {gid: items[key] for gid, key in key_of.items() if key in items}


def _link(shop: Shop, lines: Iterable[OrderLine], by_sku: Mapping[str, port.Item]) -> None:
    links = {
        line.variant_gid: VariantLink(
            shop=shop,
            variant_gid=line.variant_gid,
            item_no=by_sku[line.sku].key.item_no,
            variant_code=by_sku[line.sku].key.variant_code,
        )
        for line in lines
        if line.variant_gid and line.sku in by_sku
    }
    VariantLink.objects.bulk_create(
        links.values(),
        update_conflicts=True,
        unique_fields=["shop", "variant_gid"],
        update_fields=["item_no", "variant_code"],
    )
