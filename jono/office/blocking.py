"""Whom and what may be sold to, sold, and written on: customers, items and accounts that are blocked."""

from jono.kit.errors import UserError, gettext_noop
from jono.office.models import Customer, GLAccount, Item, ItemVariant, SalesHeader

# As in Business Central: a customer blocked for shipping may still be invoiced for what was shipped.
_BLOCKED = {
    SalesHeader.DocumentType.ORDER: {Customer.Blocked.SHIP, Customer.Blocked.INVOICE, Customer.Blocked.ALL},
    SalesHeader.DocumentType.INVOICE: {Customer.Blocked.INVOICE, Customer.Blocked.ALL},
}


def check_customer(customer: Customer, document_type: str) -> None:
    """Raise UserError when the customer is blocked for documents of this type."""
    if customer.blocked in _BLOCKED[SalesHeader.DocumentType(document_type)]:
        raise UserError(
            gettext_noop("Customer %(no)s %(name)s is blocked. Unblock the customer, or choose another."),
            no=customer.no,
            name=customer.name,
        )


def is_blocked(item: Item, variant: ItemVariant | None) -> bool:
    """Whether the item, or this variant of it, may not be sold."""
    return any(sold.blocked or sold.sales_blocked for sold in (item, variant) if sold)


def check_item(item: Item, variant: ItemVariant | None) -> None:
    """Raise UserError when the item, or this variant of it, may not be sold."""
    if is_blocked(item, None):
        raise UserError(
            gettext_noop("Item %(no)s %(description)s is blocked. Unblock the item, or sell another."),
            no=item.no,
            description=item.description,
        )
    if variant and is_blocked(item, variant):
        raise UserError(
            gettext_noop(
                "Variant %(variant)s of item %(no)s is blocked. Unblock the variant, or sell another."
            ),
            variant=variant.code,
            no=item.no,
        )


def check_account(account: GLAccount) -> None:
    """Raise UserError when sales may not be written on the account."""
    if account.account_type != GLAccount.AccountType.POSTING:
        message = gettext_noop(
            "G/L account %(no)s %(name)s is not a posting account. Choose an account of type Posting."
        )
    elif not account.direct_posting:
        message = gettext_noop(
            "G/L account %(no)s %(name)s does not allow direct posting. Turn on Direct Posting on its card, "
            "or choose another."
        )
    elif account.blocked:
        message = gettext_noop(
            "G/L account %(no)s %(name)s is blocked. Unblock the account, or choose another."
        )
    else:
        return
    raise UserError(message, no=account.no, name=account.name)
