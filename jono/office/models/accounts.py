"""The chart of accounts, and the VAT that sales carry."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jono.office.models.fields import CodedRecord, CodeField, CompanyRecord, percent_field


class VATBusinessPostingGroup(CodedRecord):
    """Which VAT a customer is dealt with under: domestic, abroad ..."""

    code = CodeField(_("Code"), max_length=20)

    class Meta(CodedRecord.Meta):
        verbose_name = _("VAT Business Posting Group")
        verbose_name_plural = _("VAT Business Posting Groups")


class VATProductPostingGroup(CodedRecord):
    """Which VAT a product is sold under: a rate's name."""

    code = CodeField(_("Code"), max_length=20)

    class Meta(CodedRecord.Meta):
        verbose_name = _("VAT Product Posting Group")
        verbose_name_plural = _("VAT Product Posting Groups")


class VATPostingSetup(CompanyRecord):
    """The VAT of a business group with a product group.

    With Reverse Charge VAT the buyer pays the tax: `vat_percent` is what they owe, a sale carries none.
    """

    class CalculationType(models.TextChoices):
        NORMAL = "Normal VAT", _("Normal VAT")
        REVERSE_CHARGE = "Reverse Charge VAT", _("Reverse Charge VAT")

    vat_bus_posting_group = models.ForeignKey(
        VATBusinessPostingGroup,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("VAT Bus. Posting Group"),
    )
    vat_prod_posting_group = models.ForeignKey(
        VATProductPostingGroup,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("VAT Prod. Posting Group"),
    )
    vat_identifier = CodeField(_("VAT Identifier"), max_length=20)
    vat_calculation_type = models.CharField(
        _("VAT Calculation Type"), max_length=20, choices=CalculationType, default=CalculationType.NORMAL
    )
    vat_percent = percent_field(_("VAT %"))
    blocked = models.BooleanField(_("Blocked"), default=False)

    class Meta:
        verbose_name = _("VAT Posting Setup")
        verbose_name_plural = _("VAT Posting Setup")
        ordering = ["vat_bus_posting_group__code", "vat_prod_posting_group__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "vat_bus_posting_group", "vat_prod_posting_group"],
                name="vatpostingsetup_of_groups",
            ),
            models.CheckConstraint(
                condition=Q(vat_percent__gte=0, vat_percent__lte=100), name="vatpostingsetup_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vat_bus_posting_group} {self.vat_prod_posting_group}"


class GLAccount(CompanyRecord):
    """An account of the general ledger. Sales may be written on one only if it is of type Posting,
    allows direct posting and is not blocked."""

    class AccountType(models.TextChoices):
        POSTING = "Posting", _("Posting")
        HEADING = "Heading", _("Heading")
        TOTAL = "Total", _("Total")
        BEGIN_TOTAL = "Begin-Total", _("Begin-Total")
        END_TOTAL = "End-Total", _("End-Total")

    no = CodeField(_("No."), max_length=20)
    name = models.CharField(_("Name"), max_length=100)
    account_type = models.CharField(
        _("Account Type"), max_length=20, choices=AccountType, default=AccountType.POSTING
    )
    direct_posting = models.BooleanField(_("Direct Posting"), default=True)
    blocked = models.BooleanField(_("Blocked"), default=False)
    vat_prod_posting_group = models.ForeignKey(
        VATProductPostingGroup,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("VAT Prod. Posting Group"),
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("G/L Account")
        verbose_name_plural = _("G/L Accounts")
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["company", "no"], name="glaccount_no_in_company")]

    def __str__(self) -> str:
        return self.no
