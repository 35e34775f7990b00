//! Pages that are packed and read again, and pages that must not be taken.

use proptest::prelude::*;

use super::*;
use crate::offers::Catalogue;
use crate::testing::NOW;

fn source() -> Source {
    Source {
        name: "a list".into(),
        as_of_epoch_seconds: Some(NOW),
        is_old: false,
    }
}

fn page(key: PageKey, offers: Vec<Offer>) -> Page {
    Page {
        key,
        source: source(),
        offers,
    }
}

/// EC2's bundled offers as a page of spot prices in that many zones.
fn spot_page(zones: u8) -> Page {
    let key = PageKey::ec2("us-east-1", Market::Spot);
    let bundled = Catalogue::bundled();
    let machines = bundled.offers().filter(|it| it.provider == Provider::Aws);
    let offers = (1_u32..).zip(machines).flat_map(|(number, machine)| {
        (1..=zones).map(move |zone| {
            // Real prices have nothing to do with those of the next zone or type, and four digits.
            let chance = (f64::from(number * 8 + u32::from(zone)) * 0.618_034).fract();
            let usd = machine.hourly_usd * (0.2 + chance * 0.6);
            Offer {
                zone: Some(format!("us-east-1{}", char::from(b'`' + zone))),
                market: Market::Spot,
                hourly_usd: (usd * 1e4).ceil() / 1e4,
                source: source(),
                ..machine.clone()
            }
        })
    });
    let offers = offers.collect();
    page(key, offers)
}

#[test]
fn keys_are_read_as_they_are_written() {
    for text in ["aws#us-east-1#spot", "digitalocean#any#on-demand"] {
        let key: PageKey = text.parse().expect("a key");
        assert_eq!(key.to_string(), text);
    }
    for text in ["", "aws", "aws#r", "aws#r#spot#", "azure#r#spot"] {
        assert_eq!(text.parse::<PageKey>(), Err(PageError::Key), "{text}");
    }
}

#[test]
fn the_largest_region_takes_a_part_of_an_item() {
    let page = spot_page(6);
    assert!(page.offers.len() > 7_000, "{}", page.offers.len());
    let packed = page.pack().expect("it fits");
    assert!(packed.len() < PACKED_BYTES_MAX / 4, "{}", packed.len());
}

#[test]
fn what_does_not_fit_into_an_item_is_not_packed() {
    let machine = Catalogue::bundled()
        .find("t3a.large")
        .expect("a common type");
    // No two alike, so that nothing can be saved.
    let offers = (0..60_000_u32).map(|number| Offer {
        instance_type: format!(
            "{:x}",
            u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ),
        hourly_usd: 1.0 / f64::from(number + 3),
        ..machine.clone()
    });
    let page = page(PageKey::of(&machine), offers.collect());
    assert!(matches!(page.pack(), Err(PageError::TooLarge(_))));
}

#[test]
fn names_that_hold_what_separates_them_are_not_packed() {
    let mut page = spot_page(1);
    page.offers[0].instance_type = "t3a,large".to_owned();
    assert_eq!(page.pack(), Err(PageError::Name("t3a,large".to_owned())));
}

#[test]
fn a_page_is_read_whole_or_not_at_all() {
    let packed = |text: &str| compress_to_vec(text.as_bytes(), LEVEL);
    let read = |bytes: &[u8]| {
        let key = PageKey::ec2("r", Market::Spot);
        Page::unpack(key, source(), bytes).map(|page| page.offers.len())
    };
    assert_eq!(read(&packed("r-1,r-2\nx.large,2,8,arm64,,0,,0.2")), Ok(1));
    assert_eq!(read(&packed("")), Ok(0));
    for line in [
        "x.large,2,8,arm64,,0,0.1",
        "x.large,2,8,arm64,,0,0.1,0.2,0.3",
        "x.large,2,8,arm64,,0,0.1,free",
        "x.large,2,8,arm64,,0,0.1,-1",
        "x.large,two,8,arm64,,0,0.1,0.2",
        ",2,8,arm64,,0,0.1,0.2",
        "",
    ] {
        let text = format!("r-1,r-2\ny.large,2,8,arm64,,0,0.1,0.2\n{line}");
        assert_eq!(read(&packed(&text)), Err(PageError::Line(3)), "{line:?}");
    }
    assert_eq!(read(b"no page"), Err(PageError::Damaged));
    let bomb = packed(&"\n".repeat(INFLATED_BYTES_MAX + 1));
    assert_eq!(read(&bomb), Err(PageError::Damaged));
}

#[test]
fn a_page_that_lost_most_of_its_prices_is_no_news() {
    let page = spot_page(1);
    let rows = page.offers.len();
    assert_eq!(page.check_against(0), Ok(()));
    assert_eq!(page.check_against(rows * 2), Ok(()));
    let before = rows * 2 + 1;
    assert_eq!(
        page.check_against(before),
        Err(Implausible::Shrunk { rows, before })
    );
    let empty = self::page(page.key, Vec::new());
    assert_eq!(empty.check_against(0), Err(Implausible::Empty));
}

#[test]
fn a_page_takes_the_place_of_what_is_bundled_and_of_nothing_else() {
    let bundled = Catalogue::bundled();
    let machine = bundled.find("t3a.large").expect("a common type");
    let cheaper = Offer {
        hourly_usd: 0.07,
        source: source(),
        ..machine.clone()
    };
    let elsewhere = Offer {
        region: "eu-central-1".to_owned(),
        hourly_usd: 0.01,
        ..cheaper.clone()
    };
    let pages = vec![
        page(PageKey::of(&cheaper), vec![cheaper.clone()]),
        page(PageKey::of(&elsewhere), vec![elsewhere.clone()]),
    ];
    let here = ["us-east-1".to_owned()];
    let catalogue = Catalogue::bundled_with(pages.clone(), &here);
    let ec2: Vec<Offer> = catalogue
        .offers()
        .filter(|offer| offer.provider == Provider::Aws)
        .collect();
    assert_eq!(ec2, [cheaper]);
    assert_eq!(catalogue.count_on(&PageKey::of(&machine)), 1);
    let size = "s-2vcpu-4gb";
    assert_eq!(
        catalogue.find_on(Provider::Digitalocean, size),
        bundled.find_on(Provider::Digitalocean, size)
    );
    let both = ["us-east-1".to_owned(), "eu-central-1".to_owned()];
    let catalogue = Catalogue::bundled_with(pages, &both);
    assert_eq!(catalogue.find("t3a.large"), Some(elsewhere));
    let untouched = Catalogue::bundled_with(Vec::new(), &both);
    assert_eq!(untouched.len(), bundled.len());
}

/// What an offer is, in an order of its own.
fn sorted(mut offers: Vec<Offer>) -> Vec<Offer> {
    offers.sort_by(|a, b| {
        (&a.instance_type, &a.zone)
            .cmp(&(&b.instance_type, &b.zone))
            .then(a.hourly_usd.total_cmp(&b.hourly_usd))
    });
    offers
}

prop_compose! {
    /// Offers of one page, each thing once.
    fn any_page()(
        is_spot in any::<bool>(),
        rows in prop::collection::btree_map(
            ("[a-z][0-9][a-z]{0,2}\\.[0-9a-z]{1,9}", 0_u8..6),
            (1_u32..500, 0.1_f64..3e4, any::<bool>(), any::<bool>(), 1e-9_f64..1e4),
            0..80,
        ),
    ) -> Page {
        let market = if is_spot { Market::Spot } else { Market::OnDemand };
        let key = PageKey::ec2("eu-west-1", market);
        let mut offers: Vec<Offer> = rows.into_iter().map(|((name, zone), (vcpus, memory_gib, is_arm, has_gpu, hourly_usd))| Offer {
            provider: key.provider,
            region: key.region.clone(),
            zone: is_spot.then(|| format!("eu-west-1{}", char::from(b'a' + zone))),
            is_burstable: name.starts_with('t'),
            instance_type: name,
            architecture: if is_arm { Architecture::Arm64 } else { Architecture::X86_64 },
            vcpus,
            memory_gib,
            has_gpu,
            market,
            hourly_usd,
            included_storage_gb: vcpus % 3,
            extras: None,
            source: source(),
        }).collect();
        if !is_spot {
            offers.dedup_by(|a, b| a.instance_type == b.instance_type);
        }
        page(key, offers)
    }
}

proptest! {
    #[test]
    fn what_is_packed_is_read_again(page in any_page()) {
        let packed = page.pack().expect("it is small");
        let read = Page::unpack(page.key.clone(), page.source.clone(), &packed).expect("it was packed");
        prop_assert_eq!(sorted(read.offers), sorted(page.offers));
    }

    #[test]
    fn bytes_that_are_no_page_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Page::unpack(PageKey::ec2("r", Market::Spot), source(), &bytes);
    }
}
