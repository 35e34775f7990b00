//! Where one run happens: a workspace of its own, at a time of its own.

use std::error::Error;

use domain::access::audit::Path;
use domain::access::credential::Payer;
use domain::access::policy::{Limit, Policy};
use domain::act::Press;
use domain::identity::{Place, PlaceKind};
use domain::offers::{Catalogue, Market};
use domain::quote::Quote;
use domain::reservation::Reservation;
use domain::spec::{DEFAULT_STORAGE_GB, MachineSpec, System};
use domain::ssh::SshKeys;
use domain::time::{EpochSeconds, HOUR_SECONDS, MINUTE_SECONDS};
use platform::store::Store;
use slack::{Turn, Utterance};

use crate::actor::Part;

/// Whose machines they are.
pub(crate) const OWNER: &str = "U0ALICE";
/// Who may do everything.
pub(crate) const ADMIN: &str = "U0CAROL";

/// The time of the first run: Monday 2026-11-23T10:00:00Z.
const FIRST: EpochSeconds = 1_795_428_000;
/// Each run is so much earlier than the one before. What is due within that time is of this run, for what others have
/// left is due later.
pub(crate) const APART_SECONDS: i64 = 3 * 24 * HOUR_SECONDS;

/// One run's workspace and time.
pub(crate) struct Scene {
    /// The workspace.
    pub(crate) team: String,
    /// The time.
    pub(crate) now: EpochSeconds,
    /// The table, past the gate.
    pub(crate) store: Store,
    /// The ids that reservations have or may get.
    pub(crate) ids: Vec<String>,
    /// Those that are there from the beginning.
    pub(crate) given: usize,
    dynamodb: aws_sdk_dynamodb::Client,
    table_name: String,
    offers: Quote,
}

impl Scene {
    /// The scene of that number.
    pub(crate) fn new(
        number: u32,
        dynamodb: &aws_sdk_dynamodb::Client,
        table_name: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let spec = MachineSpec {
            count: 1,
            market: Market::OnDemand,
            region: None,
            os: System::Ubuntu,
            os_version: "24.04".to_owned(),
            environments: Vec::new(),
            cluster: None,
            vcpus_min: None,
            memory_gib_min: Some(8.0),
            instance_type: None,
            storage_gb: DEFAULT_STORAGE_GB,
            hourly_usd_max: None,
            duration_minutes: 240,
        };
        let (team, now) = (
            format!("T{number}"),
            FIRST - i64::from(number) * APART_SECONDS,
        );
        let choice = Catalogue::bundled().choose(&spec);
        let offers = Quote::new(
            String::new(),
            &team,
            OWNER,
            spec,
            choice,
            Payer::default(),
            now,
        );
        Ok(Self {
            store: Store::new(dynamodb.clone(), table_name.to_owned()),
            offers: offers.ok_or("nothing fits")?,
            team,
            now,
            ids: Vec::new(),
            given: 0,
            dynamodb: dynamodb.clone(),
            table_name: table_name.to_owned(),
        })
    }

    /// The table through a door of the gate.
    pub(crate) fn store_at(&self, url: &str) -> Store {
        let config = self.dynamodb.config().to_builder().endpoint_url(url);
        let client = aws_sdk_dynamodb::Client::from_conf(config.build());
        Store::new(client, self.table_name.clone())
    }

    /// A quote that the owner may take; its id.
    pub(crate) async fn quote(&mut self) -> Result<String, Box<dyn Error>> {
        let id = ulid::Ulid::generate().to_string();
        let quote = self.quote_of(&id);
        self.store.transaction().quote(&quote).commit().await?;
        self.ids.push(id.clone());
        Ok(id)
    }

    /// A machine in the owner's hands that ends `left_seconds` from now; its id.
    pub(crate) async fn machine(&mut self, left_seconds: i64) -> Result<String, Box<dyn Error>> {
        let id = ulid::Ulid::generate().to_string();
        let quote = self.quote_of(&id);
        let asked =
            self.now + left_seconds - i64::from(quote.spec.duration_minutes) * MINUTE_SECONDS;
        let place = place("D0ALICE", PlaceKind::Direct);
        let mut reservation = Reservation::from_quote(&quote, place, &SshKeys::default(), 0, asked);
        reservation.begin(asked)?;
        reservation.hand_over(asked)?;
        let launches = self.store.launches(&self.team, OWNER).await?;
        let transaction = self.store.transaction().create(&reservation, launches);
        transaction.commit().await?;
        self.ids.push(id.clone());
        self.given += 1;
        Ok(id)
    }

    /// What the reservation of that id is called.
    pub(crate) async fn handle(&self, id: &str) -> Result<String, Box<dyn Error>> {
        let reservation = self.store.reservation(id).await?;
        Ok(reservation.ok_or("no such reservation")?.handle)
    }

    /// From now on people may have one machine each.
    pub(crate) async fn allow_one_machine(&self) -> Result<(), Box<dyn Error>> {
        let policy = Policy {
            machines_per_person_max: Limit::Set(1),
            ..Policy::initial(vec![ADMIN.to_owned()])
        };
        let transaction = self.store.transaction().policy(&self.team, &policy);
        transaction.commit().await?;
        Ok(())
    }

    /// The handle that the quote's reservation would get belongs to another already.
    pub(crate) async fn take_handle_of(&self, quote_id: &str) -> Result<(), Box<dyn Error>> {
        use aws_sdk_dynamodb::types::AttributeValue::S;
        let quote = self.quote_of(quote_id);
        let place = place("D0ALICE", PlaceKind::Direct);
        let keys = SshKeys::default();
        let handle = Reservation::from_quote(&quote, place, &keys, 0, self.now).handle;
        let call = self.dynamodb.put_item().table_name(&self.table_name);
        call.item("pk", S(format!("HANDLE#{}#{handle}", self.team)))
            .item("sk", S("HANDLE".to_owned()))
            .item("reservation_id", S("of another".to_owned()))
            .send()
            .await?;
        Ok(())
    }

    fn quote_of(&self, id: &str) -> Quote {
        Quote {
            id: id.to_owned(),
            ..self.offers.clone()
        }
    }

    /// Somebody presses a button. Presses of the same number are the same press, delivered again.
    pub(crate) fn press(&self, user: &str, number: usize, press: Press) -> Part {
        Part::Turn(Box::new(Turn {
            claim: format!("press#{}#{number}", self.team),
            user: user.to_owned(),
            place: place(&format!("D{user}"), PlaceKind::Direct),
            utterance: Utterance::Button(press),
            replaces: None,
            answered_directly: false,
            trigger_id: None,
            path: Path::Button,
        }))
    }

    /// The owner says something in a channel.
    pub(crate) fn words(&self, channel: &str, words: &str) -> Part {
        Part::Turn(Box::new(Turn {
            claim: format!("message#{}#{channel}", self.team),
            user: OWNER.to_owned(),
            place: place(channel, PlaceKind::Channel),
            utterance: Utterance::Words(words.to_owned()),
            replaces: None,
            answered_directly: false,
            trigger_id: None,
            path: Path::Message,
        }))
    }
}

fn place(channel: &str, kind: PlaceKind) -> Place {
    Place {
        channel: channel.to_owned(),
        thread_ts: None,
        kind,
    }
}
