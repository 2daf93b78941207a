"""Which customer of the company each order is for (connector reference 1.4.5)."""

from collections.abc import Callable, Collection, Iterable, Mapping

from jono.erp import port
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.models import CustomerSettings, Order, OrderAddress, Shop
from jono.sync.addresses import address_of
from jono.sync.models import CustomerLink

Buyer = port.Customer | UserError


def find_buyers(shop: Shop, erp: port.Erp, orders: Iterable[Order]) -> dict[int, Buyer]:
    """Return each order's customer by the order's primary key, or why there is none.

    Asked in turn, each for those still without one: the link made before, e-mail, phone, a new customer when the
    shop creates unknown ones, the shop's default customer. A customer of the store that is found stays linked.
    """
    waiting = list(orders)
    found: dict[int, Buyer] = {}
    if shop.customers_section.customer_mapping_type == CustomerSettings.MappingType.EMAIL_OR_PHONE:
        for look in (_linked, _by_email, _by_phone, _created):
            found |= look(shop, erp, [order for order in waiting if order.pk not in found])
        _link(shop, waiting, found)
    return found | _default(shop, erp, [order for order in waiting if order.pk not in found])


def _linked(shop: Shop, erp: port.Erp, orders: Collection[Order]) -> dict[int, Buyer]:
    links = CustomerLink.objects.filter(
        shop=shop, customer_gid__in={order.customer_gid for order in orders} - {""}
    )
    no_of = {link.customer_gid: link.customer_no for link in links}
    customers = erp.customers(set(no_of.values()))
    return _match(orders, lambda order: no_of.get(order.customer_gid, ""), customers)


def _by_email(shop: Shop, erp: port.Erp, orders: Collection[Order]) -> dict[int, Buyer]:
    return _match(orders, _email, erp.customers_by_email({_email(order) for order in orders} - {""}))


def _by_phone(shop: Shop, erp: port.Erp, orders: Collection[Order]) -> dict[int, Buyer]:
    return _match(orders, _phone, erp.customers_by_phone({_phone(order) for order in orders} - {""}))


def _created(shop: Shop, erp: port.Erp, orders: Collection[Order]) -> dict[int, Buyer]:
    """Make customers for orders that have an address: one for each person, however many orders they have."""
    settings = shop.customers_section
    if not settings.auto_create_unknown_customers:
        return {}
    people: dict[str, port.NewCustomer] = {}
    for order in orders:
        address = _address(order)
        if address and _person(order):
            people[_person(order)] = port.NewCustomer(
                address=address_of(address, settings), phone_no=order.phone_no, email=order.email
            )
    if not settings.customer_template_code:
        no_template = UserError(
            gettext_noop(
                "Shop %(shop)s creates unknown customers but has no customer template: name one on its card."
            ),
            shop=shop.code,
        )
        return _match(orders, _person, dict.fromkeys(people, no_template))
    made = erp.create_customers(list(people.values()), settings.customer_template_code)
    return _match(orders, _person, dict(zip(people, made, strict=True)))


def _default(shop: Shop, erp: port.Erp, orders: Collection[Order]) -> dict[int, Buyer]:
    no = shop.customers_section.default_customer_no
    customer = erp.customers([no]).get(no) if no and orders else None
    return {order.pk: customer or _nobody(shop, order) for order in orders}


def _nobody(shop: Shop, order: Order) -> UserError:
    no = shop.customers_section.default_customer_no
    if no:
        return UserError(
            gettext_noop("The default customer %(no)s of shop %(shop)s does not exist in %(company)s."),
            no=no,
            shop=shop.code,
            company=shop.company_code,
        )
    return UserError(
        gettext_noop(
            "No customer of %(company)s has the e-mail %(email)s or the phone number %(phone)s. Create one, "
            "let shop %(shop)s create unknown customers, or give it a default customer; then try again."
        ),
        company=shop.company_code,
        email=order.email or "-",
        phone=order.phone_no or "-",
        shop=shop.code,
    )


def _link(shop: Shop, orders: Iterable[Order], found: Mapping[int, Buyer]) -> None:
    links = {}
    for order in orders:
        buyer = found.get(order.pk)
        if order.customer_gid and isinstance(buyer, port.Customer):
            links[order.customer_gid] = CustomerLink(
                shop=shop, customer_gid=order.customer_gid, customer_no=buyer.no
            )
    CustomerLink.objects.bulk_create(
        links.values(),
        update_conflicts=True,
        unique_fields=["shop", "customer_gid"],
        update_fields=["customer_no"],
    )


def _match(
    orders: Iterable[Order],
    key: Callable[[Order], str],
    among: Mapping[str, Buyer] | Mapping[str, port.Customer],
) -> dict[int, Buyer]:
    return {order.pk: among[key(order)] for order in orders if key(order) in among}


def _email(order: Order) -> str:
    return order.email


def _phone(order: Order) -> str:
    return order.phone_no


def _person(order: Order) -> str:
    """What makes two orders one person's, when the company does not know them yet."""
    return order.customer_gid or order.email.lower() or order.phone_no


def _address(order: Order) -> OrderAddress | None:
    by_kind = {address.kind: address for address in order.addresses.all()}
    kinds = (OrderAddress.Kind.SELL_TO, OrderAddress.Kind.BILL_TO, OrderAddress.Kind.SHIP_TO)
    return next((by_kind[kind] for kind in kinds if kind in by_kind), None)
