//! What happened, for whoever cares, and what people are told.
//!
//! An event is written to the outbox in the transaction of the change it tells of, then put on the bus. It stays
//! in the outbox until its listener has dealt with it.

use serde::{Deserialize, Serialize};

use crate::access::audit;
use crate::access::credential::{Check, Fault, Payer, Scope};
use crate::access::permission::{Act, Refusal, Relation, ShareRole};
use crate::access::policy::{Breach, Policy};
use crate::forms::FormKind;
use crate::identity::{Place, PlaceKind};
use crate::intent::{Environment, Intent, Next, Provider};
use crate::offers::{Alternative, Offer, Rules};
use crate::quote::Quote;
use crate::reservation::{Power, Reservation};
use crate::spec::Cluster;
use crate::ssh::{KeyFault, KnownKey, Surplus};
use crate::sweep::{Orphan, Report};
use crate::time::EpochSeconds;
use crate::usual::Usual;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Event {
    /// Somebody is to be answered.
    Reply {
        /// Whom.
        to: Addressee,
        /// With what.
        reply: Box<Reply>,
    },
    /// A reservation is no longer what it was.
    ReservationChanged {
        /// Which.
        reservation_id: String,
    },
    /// A credential was checked; whoever gave it is told what was found.
    CredentialChecked {
        /// Which.
        credential_id: String,
    },
}

impl Event {
    /// The `detail-type` on the bus.
    pub fn detail_type(&self) -> &'static str {
        match self {
            Self::Reply { .. } => "reply",
            Self::ReservationChanged { .. } => "reservation-changed",
            Self::CredentialChecked { .. } => "credential-checked",
        }
    }
}

/// Whom an answer is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// The Slack user.
    pub user: String,
    /// Where they spoke.
    pub place: Place,
    /// The message that the answer takes the place of: the one whose button was pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaces>,
    /// Only they shall see it.
    #[serde(default)]
    pub privately: bool,
}

/// A message whose button was pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Replaces {
    /// One that everybody in its channel can see.
    Message {
        /// Its channel.
        channel: String,
        /// Its timestamp, which is its name.
        ts: String,
    },
    /// One that only its reader can see; Slack takes changes at this address for half an hour.
    Ephemeral {
        /// The address.
        response_url: String,
    },
}

/// An answer, as data: the words are in [`crate::messages`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reply")]
pub enum Reply {
    /// One thing is still missing.
    Ask {
        /// For what.
        intent: Intent,
        /// Which.
        asked: Next,
        /// Whom: in a channel the buttons are for them alone.
        user: String,
    },
    /// Machines with their price, to take or leave.
    Quoted {
        /// The quote.
        quote: Box<Quote>,
        /// It replaces one that could not be taken any more: its price was too old, or its payer can no longer pay.
        renewed: bool,
        /// An ssh key of theirs is known, so that they can log in.
        has_key: bool,
    },
    /// A price and no more: not everything is known that a launch needs.
    Priced {
        /// The cheapest offer.
        offer: Offer,
        /// The rules by which it is the cheapest.
        rules: String,
        /// How many of them.
        count: u32,
        /// Root disk in GB.
        storage_gb: u32,
        /// Software that each is to be set up with.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        environments: Vec<Environment>,
        /// How long, where it was said.
        duration_minutes: Option<u32>,
        /// The same as data, for the button that asks why.
        #[serde(default)]
        asked: Box<Rules>,
        /// The cluster that they would be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cluster: Option<PricedCluster>,
    },
    /// A quote was turned down.
    QuoteDropped,
    /// No offer meets the request.
    NothingFits {
        /// The rules that were applied.
        rules: String,
        /// How many machines were to fit them.
        count: u32,
        /// What there would be without some of them, with the sentence that asks for it where that can be had.
        #[serde(default)]
        ways_out: Vec<WayOut>,
        /// Whom the buttons are for.
        #[serde(default)]
        user: String,
    },
    /// A quote was taken.
    Launching {
        /// The reservation that came of it.
        reservation: Box<Reservation>,
    },
    /// Somebody's reservations.
    Listing {
        /// Those that are not over, newest first.
        reservations: Vec<Reservation>,
        /// Those of others that are shared with them.
        #[serde(default)]
        shared: Vec<Reservation>,
        /// Now, for what they have cost so far.
        at_epoch_seconds: EpochSeconds,
    },
    /// All about one reservation.
    Details {
        /// Which.
        reservation: Box<Reservation>,
        /// What its reader is to it: the buttons are those that they may press.
        relation: Relation,
        /// Now, for what it has cost so far.
        at_epoch_seconds: EpochSeconds,
    },
    /// The deadline was moved.
    Extended {
        /// Its handle.
        handle: String,
        /// The new deadline.
        deadline_epoch_seconds: EpochSeconds,
    },
    /// The deadline was not moved.
    NotExtended {
        /// Its handle.
        handle: String,
        /// The deadline that stands.
        deadline_epoch_seconds: EpochSeconds,
        /// The latest that could be asked for, where that was the trouble.
        latest_epoch_seconds: Option<EpochSeconds>,
    },
    /// Shall these really go?
    ConfirmEnd {
        /// Which.
        reservations: Vec<Reservation>,
        /// Now, for what they have cost so far.
        at_epoch_seconds: EpochSeconds,
        /// Who is asked: whose they are, is said where they are somebody else's.
        user: String,
        /// How many more were meant, which stay for now.
        more: usize,
    },
    /// They are going.
    Ending {
        /// Their handles.
        handles: Vec<String>,
        /// Whose they are, where they are not the reader's.
        owners: Vec<String>,
    },
    /// They stay.
    Kept {
        /// Their handles.
        handles: Vec<String>,
    },
    /// Which of these?
    Which {
        /// What is to be done to it.
        intent: Intent,
        /// The candidates.
        reservations: Vec<Reservation>,
        /// The deadline asked for, where it is about one: minutes to add.
        minutes: Option<u32>,
    },
    /// No such reservation.
    Unknown {
        /// What it was called.
        name: String,
    },
    /// Nothing to apply that to.
    HasNone,
    /// It is over already.
    Over {
        /// Its handle.
        handle: String,
    },
    /// The cluster goes on with fewer workers.
    GoesOn {
        /// Its handle.
        handle: String,
        /// How many are left.
        workers: u32,
    },
    /// A button about a question that is not asked, or not any more.
    NothingAsked {
        /// The reservation's handle.
        handle: String,
    },
    /// It belongs to somebody else.
    NotYours {
        /// Its handle, or none where a button was not meant for them.
        handle: Option<String>,
        /// Whose it is.
        owner: String,
        /// Who else could help.
        admins: Vec<String>,
    },
    /// The values cannot be served.
    Unsupported {
        /// What cannot.
        what: Unsupported,
    },
    /// The values cannot be served, but others close to them can.
    Instead {
        /// What cannot.
        what: Unsupported,
        /// What to say to have what can.
        sentence: String,
        /// Whom the button is for.
        user: String,
    },
    /// The act is understood but not built yet.
    NotBuilt {
        /// Which.
        intent: Intent,
    },
    /// Something that looks like a secret was said. It was neither kept nor passed on.
    SecretSeen {
        /// Whom the button to the form is for.
        user: String,
    },
    /// They may not do that.
    NotAllowed {
        /// What.
        act: Act,
        /// Why.
        why: Refusal,
        /// Who could help.
        admins: Vec<String>,
    },
    /// About cloud keys.
    Keys(KeysReply),
    /// About the policy.
    Policy(PolicyReply),
    /// About admins and the audit log.
    Admin(AdminReply),
    /// About who else may use a reservation.
    Share(ShareReply),
    /// How it all works.
    Help,
    /// How one thing works.
    Topic {
        /// Which.
        intent: Intent,
    },
    /// The conversation had rested too long to be answered.
    Stale,
    /// Hello.
    Greeting,
    /// Thanks.
    Welcome,
    /// The open task was left.
    Forgotten,
    /// There was no open task to answer to.
    NothingOpen,
    /// Not understood.
    NotUnderstood {
        /// What was understood, in words; empty where nothing was.
        heard: String,
        /// The likeliest readings, as sentences to choose from.
        readings: Vec<String>,
        /// Whom: in a channel the buttons are for them alone.
        user: String,
    },
    /// Why an offer is the cheapest.
    Why {
        /// It and its runners-up, cheapest first.
        candidates: Vec<Offer>,
        /// The rules by which it is.
        rules: String,
        /// How many of it were asked for.
        count: u32,
        /// Root disk in GB.
        storage_gb: u32,
    },
    /// What was tried to get a machine.
    Trail {
        /// For which reservation.
        reservation: Box<Reservation>,
    },
    /// To an admin: what somebody had could not be removed, because the account that pays does not let us in.
    ShutOut {
        /// Which.
        reservation: Box<Reservation>,
    },
    /// About ssh keys.
    SshKeys(SshReply),
    /// About switching a machine off or on.
    Power(PowerReply),
    /// About what the sweep finds.
    Sweep(SweepReply),
    /// About somebody's usual cluster.
    Usual(UsualReply),
}

/// What the sweep has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SweepReply {
    /// It has begun, as asked.
    Started,
    /// It is over: to whoever asked.
    Over {
        /// What it found.
        report: Box<Report>,
        /// When the one before was over.
        before_epoch_seconds: Option<EpochSeconds>,
    },
    /// A machine without a reservation was seen for the first time: to whoever had it.
    Found {
        /// Which.
        orphan: Box<Orphan>,
    },
    /// It is gone.
    Gone {
        /// Which.
        orphan: Box<Orphan>,
    },
    /// Some of a reservation's machines are gone: to its owner.
    SomeGone {
        /// Its handle.
        handle: String,
        /// How many.
        gone: usize,
        /// Of how many.
        of: usize,
    },
}

/// Answers about somebody's usual cluster. The buttons are for the user in them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum UsualReply {
    /// What it is, as they asked.
    Shown {
        /// It, where there is one.
        usual: Option<Usual>,
        /// Who asked.
        user: String,
    },
    /// It was asked for by name only, but there is none yet.
    NoneYet {
        /// Who asked.
        user: String,
    },
    /// It is something else from now on.
    Kept {
        /// That.
        usual: Usual,
        /// Whose it is.
        user: String,
    },
    /// A reservation that is no cluster was to be it.
    NoCluster {
        /// Its handle.
        handle: String,
        /// Who asked.
        user: String,
    },
}

/// Answers about switching machines off and on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PowerReply {
    /// It is being switched off.
    Stopping {
        /// Which.
        reservation: Box<Reservation>,
        /// Who asked.
        user: String,
    },
    /// It is being switched on.
    Starting {
        /// Which.
        reservation: Box<Reservation>,
        /// Who asked.
        user: String,
        /// Its deadline was moved for that.
        is_longer: bool,
    },
    /// It cannot be stopped, for a spot machine ends when it stops.
    Spot {
        /// Which.
        reservation: Box<Reservation>,
        /// What the reader is to it.
        relation: Relation,
    },
    /// It cannot be switched that way as it stands.
    Unchanged {
        /// Which.
        reservation: Box<Reservation>,
        /// Which way.
        to: Power,
    },
}

/// A cluster that a price is named for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedCluster {
    /// What it would be.
    pub cluster: Cluster,
    /// What was asked for instead of that, but is not ready.
    pub not_ready: Option<String>,
    /// What to say to book it.
    pub sentence: String,
    /// Whom the button is for.
    pub user: String,
}

/// A way out where nothing fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WayOut {
    /// Without which rules there would be what.
    pub alternative: Alternative,
    /// What to say to have it; none where it cannot be had.
    pub sentence: Option<String>,
}

/// Values that are understood but cannot be served today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Unsupported {
    /// A system without an image.
    System(String),
    /// A release without an image.
    Version(String),
    /// A cloud.
    Provider(String),
    /// A region.
    Region(String),
    /// Software that is understood, but not known how to set up.
    Environment(Environment),
    /// A disk that is not flash.
    MagneticDisk,
    /// A number of machines that no cluster can have.
    Nodes(u32),
    /// Cluster software that is understood but not ready.
    ClusterSoftware(String),
    /// Software that machines can be set up with, but not those of a cluster.
    WithCluster(String),
    /// A number of machines: none, or more than can be had at once.
    Count(u32),
    /// A size of machine that is not in the catalogue.
    InstanceType(String),
    /// A stored configuration.
    Template(String),
    /// A disk larger than can be had.
    Storage(u32),
    /// Too short or too long.
    Duration,
}

/// Answers about cloud keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum KeysReply {
    /// Here is the form.
    Offer {
        /// For which cloud; none where that was not said.
        provider: Option<Provider>,
        /// Whom the buttons are for.
        user: String,
    },
    /// A form was sent, and what it holds is being checked.
    Received {
        /// What it is called.
        label: String,
        /// It shall take the place of one that exists.
        replaces: bool,
    },
    /// What is kept.
    Listing {
        /// One line a credential.
        credentials: Vec<CredentialLine>,
        /// Whom the buttons are for.
        user: String,
        /// Who would pay for their next machine.
        payer: Option<Payer>,
        /// Now, for how old they are.
        at_epoch_seconds: EpochSeconds,
    },
    /// There is no such credential any more, or not for them.
    Gone,
    /// Neither the organisation nor a key of their own pays.
    NobodyPays {
        /// Whom the buttons are for.
        user: String,
    },
    /// Shall it really be forgotten, and what becomes of what runs on it?
    ConfirmForget {
        /// Which.
        credential: Box<CredentialLine>,
        /// The handles of what runs on it, as far as they were looked up.
        handles: Vec<String>,
    },
    /// It is forgotten.
    Forgotten {
        /// What it was called.
        label: String,
    },
    /// It is forgotten when the last machine on it has ended.
    Retiring {
        /// What it is called.
        label: String,
        /// How many run on it.
        reservations: usize,
    },
    /// What runs on it is ending, and then it is forgotten.
    EndingAll {
        /// What it is called.
        label: String,
        /// What is ending.
        handles: Vec<String>,
        /// How many were too many for one press.
        left: usize,
    },
    /// It stays.
    Kept {
        /// What it is called.
        label: String,
    },
    /// It is being checked once more.
    Checking {
        /// What it is called.
        label: String,
    },
}

/// A credential, as much of it as people see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialLine {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Which cloud.
    pub provider: Provider,
    /// Whose it is.
    pub scope: Scope,
    /// The last characters of its key, or the role's name.
    pub hint: String,
    /// The account behind it.
    pub account: Option<String>,
    /// What the last check found.
    pub check: Check,
    /// When it was given.
    pub created_epoch_seconds: EpochSeconds,
    /// When it was last used.
    pub used_epoch_seconds: Option<EpochSeconds>,
    /// Reservations that run on it.
    pub reservations: usize,
    /// It goes when the last of them has ended.
    pub is_retiring: bool,
    /// Whether its reader may replace and delete it.
    pub may_manage: bool,
    /// The form that replaces it.
    pub form: FormKind,
    /// Its region, where that is not the one that machines are launched in.
    pub unserved_region: Option<String>,
    /// Why the last replacement was not taken.
    pub refused_replacement: Option<Fault>,
    /// A replacement is being checked.
    pub is_replacement_pending: bool,
}

/// Answers about the policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PolicyReply {
    /// What it is.
    Shown {
        /// All of it.
        policy: Box<Policy>,
        /// Whether its reader may change it.
        may_change: bool,
    },
    /// It was changed.
    Changed {
        /// To this.
        policy: Box<Policy>,
    },
    /// It does not allow what was asked for.
    Against {
        /// All that is against it; never empty.
        breaches: Vec<Breach>,
        /// Who can change it.
        admins: Vec<String>,
        /// Its reader is one of them.
        may_change: bool,
        /// The end that stands, where a later one was asked for.
        stands: Option<StandingEnd>,
        /// The task goes on: another word on what is against the policy mends it.
        goes_on: bool,
        /// Fewer machines than this are of no use; 0 and 1 are the same.
        #[serde(default)]
        machines_min: u32,
    },
    /// A price and no more, of machines that it does not allow.
    PricedAgainst {
        /// The cheapest offer, allowed or not.
        offer: Offer,
        /// The rules by which it is the cheapest.
        rules: String,
        /// How many of them.
        count: u32,
        /// Root disk in GB.
        storage_gb: u32,
        /// How long, where it was said.
        duration_minutes: Option<u32>,
        /// The cluster that they would be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cluster: Option<Cluster>,
        /// All that is against it; never empty.
        breaches: Vec<Breach>,
        /// Who can change it.
        admins: Vec<String>,
        /// Its reader is one of them.
        may_change: bool,
    },
    /// Somebody else changed the policy or the admins while the form was open; nothing was changed by it.
    ChangedMeanwhile {
        /// What it is now.
        policy: Box<Policy>,
    },
}

/// An end that was not moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingEnd {
    /// The reservation's handle.
    pub handle: String,
    /// When it ends.
    pub deadline_epoch_seconds: EpochSeconds,
}

/// Answers about admins and the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AdminReply {
    /// Who the admins are.
    Admins {
        /// Their Slack user ids.
        admins: Vec<String>,
        /// Whether its reader may change them.
        may_change: bool,
    },
    /// The admins were changed.
    AdminsChanged {
        /// From these.
        before: Vec<String>,
        /// To these.
        admins: Vec<String>,
    },
    /// None of those who were named could act as an admin; nothing was changed.
    NobodyLeft,
    /// Entries of the audit log.
    Audit {
        /// Which were asked for.
        of: audit::Filter,
        /// The newest of them, newest first.
        entries: Vec<audit::Entry>,
        /// How many more of them were found.
        more: usize,
        /// How many entries were looked through.
        looked_at: usize,
    },
}

/// Answers about ssh keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SshReply {
    /// Which are known, and how to change that.
    Known {
        /// All of them.
        keys: Vec<KnownKey>,
        /// Whom the button is for.
        user: String,
    },
    /// Keys were added or removed, or were known already.
    Changed {
        /// How many are new.
        added: usize,
        /// How many are gone.
        removed: usize,
        /// How many were known already.
        known: usize,
        /// All that are known now.
        keys: Vec<KnownKey>,
        /// Whom the button is for.
        user: String,
    },
    /// A key was sent that cannot be taken. Nothing was kept.
    Refused {
        /// Why.
        why: KeyFault,
        /// Whom the button is for.
        user: String,
    },
    /// They would be too many. Nothing was changed.
    Surplus {
        /// In which way.
        what: Surplus,
        /// Whom the button is for.
        user: String,
    },
}

/// Answers about who else may use a reservation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ShareReply {
    /// People were let in.
    LetIn {
        /// The reservation's id.
        id: String,
        /// Its handle.
        handle: String,
        /// Whom.
        users: Vec<String>,
        /// As what.
        role: ShareRole,
        /// Who did it: the buttons are for them.
        by: String,
    },
    /// They are in already.
    AlreadyIn {
        /// Its handle.
        handle: String,
    },
    /// No more people can be let in.
    TooMany {
        /// Its handle.
        handle: String,
    },
    /// Somebody is no full member of the workspace.
    NotAMember {
        /// Who.
        user: String,
    },
    /// People were shut out.
    ShutOut {
        /// Its handle.
        handle: String,
        /// Whom.
        users: Vec<String>,
    },
    /// They were not in.
    WasNotIn {
        /// Its handle.
        handle: String,
    },
    /// To whoever was let in: this is yours to use.
    Invited {
        /// Which.
        reservation: Box<Reservation>,
        /// As what.
        role: ShareRole,
        /// Who let them in.
        by: String,
    },
    /// To whoever was shut out.
    Uninvited {
        /// Its handle.
        handle: String,
        /// Who shut them out.
        by: String,
    },
}

impl Event {
    /// Something to tell somebody in a direct message.
    pub fn privately(user: &str, reply: Reply) -> Self {
        let place = Place {
            channel: String::new(),
            thread_ts: None,
            kind: PlaceKind::Private,
        };
        Self::Reply {
            to: Addressee {
                user: user.to_owned(),
                place,
                replaces: None,
                privately: true,
            },
            reply: Box::new(reply),
        }
    }
}

/// Something to tell somebody other than the speaker, in a direct message.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Whom.
    pub user: String,
    /// What.
    pub reply: Reply,
}
