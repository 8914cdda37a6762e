use std::net::IpAddr;

use omise_types::{
    AbsorptionType, Billing, BillingRequest, ChargeStatus, Item, ItemRequest, Parameter,
    QrSettings, QrSettingsRequest, Shipping, ShippingRequest, Source, SourceId, Timestamp,
};

use crate::rules::Accepted;

/// What a new source gets from outside of its request.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// Its id; whether the source is live is the id's to say.
    pub id: SourceId,
    /// The time of its creation; written in whole seconds.
    pub created_at: Timestamp,
    /// The address that the request came from, if the source is to tell it.
    pub peer_ip: Option<IpAddr>,
}

impl Accepted {
    /// Makes the source.
    pub fn into_source(self, stamp: Stamp) -> Source {
        let Accepted {
            request,
            method,
            flow,
        } = self;
        let livemode = stamp.id.is_live();
        let location = location(&stamp.id);
        let mut source = Source::new(
            stamp.id,
            livemode,
            location,
            request.amount,
            stamp.created_at.to_whole_seconds(),
            request.currency,
            flow,
            request.type_,
        );
        source.charge_status = Some(ChargeStatus::Unknown);
        source.name = request.name;
        source.email = request.email;
        source.mobile_number = request.phone_number.clone();
        source.phone_number = request.phone_number;
        source.barcode = request.barcode;
        source.bank = request.bank;
        source.installment_term = request.installment_term;
        if method.takes(Parameter::ZeroInterestInstallments) {
            let zero_interest = request.zero_interest_installments.unwrap_or(false);
            let merchant_pays = zero_interest || method.interest_is_merchants;
            source.zero_interest_installments = Some(zero_interest);
            source.absorption_type = Some(if merchant_pays {
                AbsorptionType::Merchant
            } else {
                AbsorptionType::Customer
            });
        }
        source.ip = request
            .ip
            .or_else(|| stamp.peer_ip.map(|ip| ip.to_string()));
        source.platform_type = request.platform_type;
        source.store_id = request.store_id;
        source.store_name = request.store_name;
        source.terminal_id = request.terminal_id;
        source.promotion_code = request.promotion_code;
        source.supplier_id = request.supplier_id;
        source.qr_settings = request.qr_settings.map(qr_settings);
        source.billing = request.billing.map(billing);
        source.shipping = request.shipping.map(shipping);
        source.items = request.items.into_iter().map(item).collect();
        source
    }
}

/// Gives a source that was not stored yet another id: the one that it had is taken.
pub fn restamp(source: &mut Source, id: SourceId, created_at: Timestamp) {
    source.location = location(&id);
    source.id = id;
    source.created_at = created_at.to_whole_seconds();
}

fn location(id: &SourceId) -> String {
    format!("/sources/{id}")
}

fn qr_settings(given: QrSettingsRequest) -> QrSettings {
    let mut settings = QrSettings::default();
    settings.image_type = given.image_type;
    settings
}

fn billing(given: BillingRequest) -> Billing {
    let mut address = Billing::default();
    address.city = given.city;
    address.country = given.country;
    address.postal_code = given.postal_code;
    address.state = given.state;
    address.street1 = given.street1;
    address.street2 = given.street2;
    address
}

fn shipping(given: ShippingRequest) -> Shipping {
    let mut address = Shipping::default();
    address.city = Some(given.city);
    address.country = Some(given.country);
    address.postal_code = Some(given.postal_code);
    address.state = Some(given.state);
    address.street1 = Some(given.street1);
    address.street2 = given.street2;
    address
}

fn item(given: ItemRequest) -> Item {
    let mut item = Item::default();
    item.sku = Some(given.sku);
    item.name = Some(given.name);
    item.brand = given.brand;
    item.category = given.category;
    item.amount = Some(given.amount);
    item.quantity = Some(given.quantity);
    item.item_uri = given.item_uri;
    item.image_uri = given.image_uri;
    item
}
