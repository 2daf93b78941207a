"""The ERP port answered by Jono's own office."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from jono.erp import port
from jono.erp.office_drafts import Named, draft_of
from jono.kit.errors import UserError
from jono.kit.money import round_amount
from jono.office import customers, documents, items
from jono.office.blocking import check_account, is_blocked
from jono.office.drafts import Draft
from jono.office.models import Company, Customer, GLAccount, SalesHeader
from jono.office.naming import by_code, the_one
from jono.office.release import release
from jono.office.vat import VATSetups, sales_vat_percent


class Office(port.Erp):
    """One company of the office. See `port.Erp` for what each method promises."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def time_zone(self) -> str:
        return self.company.time_zone

    def customers(self, nos: Collection[str]) -> Mapping[str, port.Customer]:
        return {no: _customer(found) for no, found in customers.by_no(self.company, nos).items()}

    def customers_by_email(self, emails: Collection[str]) -> Mapping[str, port.Customer]:
        return {email: _customer(c) for email, c in customers.by_email(self.company, emails).items()}

    def customers_by_phone(self, phones: Collection[str]) -> Mapping[str, port.Customer]:
        return {phone: _customer(c) for phone, c in customers.by_phone(self.company, phones).items()}

    def create_customers(
        self, new: Sequence[port.NewCustomer], template_code: str
    ) -> list[port.Customer | UserError]:
        wanted = [
            Customer(
                name=customer.address.name,
                name_2=customer.address.name_2,
                contact=customer.address.contact,
                address=customer.address.address,
                address_2=customer.address.address_2,
                city=customer.address.city,
                county=customer.address.county,
                post_code=customer.address.post_code,
                country_region_code=customer.address.country_region_code,
                phone_no=customer.phone_no,
                email=customer.email.strip(),
            )
            for customer in new
        ]
        made = customers.create(self.company, wanted, template_code)
        return [answer if isinstance(answer, UserError) else _customer(answer) for answer in made]

    def items(self, keys: Collection[port.ItemKey]) -> Mapping[port.ItemKey, port.Item]:
        found = items.by_key(self.company, {(key.item_no, key.variant_code) for key in keys})
        return {port.ItemKey(*key): _item(sold) for key, sold in found.items()}

    def items_by_sku(
        self, skus: Collection[str], mapping: port.SkuMapping, separator: str = "|"
    ) -> Mapping[str, port.Item]:
        match mapping:
            case port.SkuMapping.NONE:
                return {}
            case port.SkuMapping.BAR_CODE:
                return self.items_by_barcode(skus)
            case port.SkuMapping.VARIANT_CODE:
                found = items.by_variant_code(self.company, skus)
                return {sku: _item(sold) for sku, sold in found.items()}
            case _:
                splits = mapping is port.SkuMapping.ITEM_NO_AND_VARIANT_CODE
                keys = {sku: _key(sku, separator if splits else "") for sku in skus}
                known = self.items(set(keys.values()))
                return {sku: known[key] for sku, key in keys.items() if key in known}

    def items_by_barcode(self, barcodes: Collection[str]) -> Mapping[str, port.Item]:
        return {barcode: _item(sold) for barcode, sold in items.by_barcode(self.company, barcodes).items()}

    def account(self, no: str) -> port.Account:
        account = the_one(by_code(self.company, GLAccount, [no]), GLAccount, no)
        check_account(account)
        group = account.vat_prod_posting_group
        return port.Account(
            no=account.no, name=account.name, vat_prod_posting_group=group.code if group else ""
        )

    def vat_posting_setups(self) -> port.VatPostingSetups:
        return port.VatPostingSetups(
            [
                port.VatPostingSetup(
                    vat_bus_posting_group=row.vat_bus_posting_group.code,
                    vat_prod_posting_group=row.vat_prod_posting_group.code,
                    vat_percent=sales_vat_percent(row),
                )
                for row in VATSetups(self.company).rows
            ]
        )

    def create_sales_documents(
        self, wanted: Sequence[port.SalesDocument]
    ) -> list[port.SalesDocumentRef | UserError]:
        there = self.sales_documents_of({document.shopify_order_id for document in wanted})
        new = [document for document in wanted if document.shopify_order_id not in there]
        answers = iter(self._make(new))
        return [there.get(document.shopify_order_id) or next(answers) for document in wanted]

    def release_sales_documents(
        self, refs: Sequence[port.SalesDocumentRef]
    ) -> list[port.SalesDocumentRef | UserError]:
        problems = release(self.company, [UUID(ref.id) for ref in refs])
        return [problems[UUID(ref.id)] or ref for ref in refs]

    def sales_document(self, ref: port.SalesDocumentRef) -> port.SalesDocumentState | None:
        headers = SalesHeader.objects.select_related("company", "currency", "sell_to_customer")
        header = headers.filter(company=self.company, pk=ref.id).first()
        return _state(header) if header else None

    def sales_documents_of(self, shopify_order_ids: Collection[str]) -> Mapping[str, port.SalesDocumentRef]:
        there = documents.documents_of(self.company, shopify_order_ids)
        return {order_id: _ref(header) for order_id, header in there.items()}

    def _make(self, wanted: Sequence[port.SalesDocument]) -> list[port.SalesDocumentRef | UserError]:
        named = Named(self.company, wanted)
        drafts = [_try_draft(document, named) for document in wanted]
        ready = [draft for draft in drafts if isinstance(draft, Draft)]
        stored = iter(zip(ready, documents.store(self.company, ready), strict=True))
        return [draft if isinstance(draft, UserError) else _outcome(*next(stored)) for draft in drafts]


def _try_draft(document: port.SalesDocument, named: Named) -> Draft | UserError:
    try:
        return draft_of(document, named)
    except UserError as problem:
        return problem


def _outcome(draft: Draft, stored: SalesHeader | UserError) -> port.SalesDocumentRef | UserError:
    return stored if isinstance(stored, UserError) else _ref(stored, created=stored is draft.header)


def _key(sku: str, separator: str) -> port.ItemKey:
    no, _, variant_code = sku.partition(separator) if separator else (sku, "", "")
    return port.ItemKey(no, variant_code)


def _customer(customer: Customer) -> port.Customer:
    return port.Customer(
        no=customer.no,
        name=customer.name,
        email=customer.email,
        phone_no=customer.phone_no,
        vat_bus_posting_group=customer.vat_bus_posting_group.code,
        blocked=customer.blocked != Customer.Blocked.NO,
    )


def _item(sold: items.Sold) -> port.Item:
    item, variant = sold.item, sold.variant
    return port.Item(
        key=port.ItemKey(item.no, variant.code if variant else ""),
        description=(variant.description if variant else "") or item.description,
        unit_of_measure_code=(item.sales_unit_of_measure or item.base_unit_of_measure).code,
        unit_price=item.unit_price,
        vat_prod_posting_group=item.vat_prod_posting_group.code,
        blocked=is_blocked(item, variant),
    )


def _ref(header: SalesHeader, *, created: bool = False) -> port.SalesDocumentRef:
    return port.SalesDocumentRef(
        id=str(header.pk),
        document_type=port.DocumentType(header.document_type),
        no=header.no,
        created=created,
    )


def _state(header: SalesHeader) -> port.SalesDocumentState:
    currency = header.currency_iso_code
    return port.SalesDocumentState(
        ref=_ref(header),
        status=port.DocumentStatus(header.status),
        sell_to_customer_no=header.sell_to_customer.no,
        currency_code=currency,
        amount=round_amount(header.amount, currency),
        amount_including_vat=round_amount(header.amount_including_vat, currency),
        shopify_order_no=header.shopify_order_no,
        shopify_order_id=header.shopify_order_id,
    )
