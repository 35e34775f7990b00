//! Help, and what is not understood or not ready.

use std::fmt::Write as _;

use serde_json::Value;

use crate::environments::{self, SETUPS};
use crate::event::Unsupported;
use crate::intent::{Environment, Intent};
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, context, escape, section};
use crate::messages::words::joined;
use crate::spec::{CLUSTER_NODES_MAX, CLUSTER_NODES_MIN, COUNT_MAX, System, nearest_nodes};

/// Every system with its releases.
fn systems() -> String {
    let systems =
        System::ALL.map(|system| format!("{} {}", system.title(), system.versions().join(", ")));
    systems.join("; ")
}

pub(super) fn unsupported(what: &Unsupported) -> Message {
    Message::plain(match what {
        Unsupported::System(name) => format!(
            "I have no image for {} yet. Ubuntu, Debian and Amazon Linux are ready today: which shall it be?",
            escape(name)
        ),
        Unsupported::Version(name) => format!(
            "I have no image for {}. {} are ready today.",
            escape(name),
            systems()
        ),
        Unsupported::Provider(name) => format!(
            "{} is not connected yet. EC2 is ready today: ask again without naming a cloud.",
            escape(name)
        ),
        Unsupported::Region(name) => format!(
            "I do not launch in {}. Ask again without a region, or name one that this deployment has.",
            escape(name)
        ),
        Unsupported::Environment(Environment::Mysql) => {
            "I cannot set up MySQL. MariaDB understands the same and comes with LAMP (Apache, MariaDB and PHP); PostgreSQL is ready as well. Say “lamp” or “postgres”.".to_owned()
        }
        Unsupported::Environment(environment) => format!(
            "I cannot set up {} on a machine yet. {} are ready today: say which, or ask again without it.",
            environments::title(*environment),
            joined(SETUPS.map(|setup| setup.title), "and").unwrap_or_default()
        ),
        Unsupported::MagneticDisk => {
            "Every disk is an SSD: magnetic ones are not ready. Ask again without it.".to_owned()
        }
        Unsupported::Count(0) => {
            "It has to be one machine at least: how many shall it be?".to_owned()
        }
        Unsupported::Count(count) => format!(
            "I launch at most {COUNT_MAX} machines at a time, not {count}. Say “{COUNT_MAX} machines”, and ask again for the rest."
        ),
        Unsupported::Nodes(nodes) => format!(
            "A cluster has {CLUSTER_NODES_MIN} to {CLUSTER_NODES_MAX} machines, its master included, not {nodes}. How many shall it be?"
        ),
        Unsupported::ClusterSoftware(name) => format!(
            "{} is not ready yet. Spark with JupyterLab is ready today: take that instead, or ask for something else.",
            escape(name)
        ),
        Unsupported::WithCluster(name) => format!(
            "I cannot set up {} on the machines of a cluster yet. They come with Spark, JupyterLab, Python and Java: ask again without it.",
            escape(name)
        ),
        Unsupported::InstanceType(name) => format!(
            "I do not know the type {}. Say how much memory you need instead, such as “8 GB”.",
            escape(name)
        ),
        Unsupported::Template(name) => format!(
            "There is no template called {}: templates are not ready yet. Say what you need in words.",
            escape(name)
        ),
        Unsupported::Storage(gb) => {
            format!("A disk can have 8 to 16000 GB, not {gb}. Ask again with another size.")
        }
        Unsupported::Duration => {
            "A machine can be had for 10 minutes to 30 days at a time. Ask again with another time."
                .to_owned()
        }
    })
}

/// The same, with a button that asks for what can be served.
pub(super) fn instead(what: &Unsupported, sentence: &str, user: &str) -> Message {
    let label = match what {
        Unsupported::ClusterSoftware(_) => "Spark with JupyterLab".to_owned(),
        Unsupported::WithCluster(name) => format!("Without {name}"),
        Unsupported::Nodes(nodes) => format!("{} machines", nearest_nodes(*nodes)),
        _ => "Ask for that".to_owned(),
    };
    let value = format!("{user}/{sentence}");
    let action = format!("{}instead", action::SAY);
    unsupported(what).with(actions(&[button(Look::Primary, &label, &action, &value)]))
}

pub(super) fn secret_seen(user: &str) -> Message {
    Message::plain(
        ":warning: *That looks like a secret key.* I neither kept it nor passed it on, but it stands in Slack now: delete the message, and replace the key where it came from. Then give me the new one in a form, where nobody else sees it:",
    )
    .with(actions(&super::keys::form_buttons(None, user)))
}

pub(super) fn not_built(intent: Intent) -> Message {
    let title = intent.help().map_or("That", |topic| topic.title);
    Message::plain(format!(
        "I understand (“{title}”), but that is not ready yet. Today I launch machines, show, extend, stop, start and terminate them: see `help`."
    ))
}

pub(super) fn not_understood(heard: &str, readings: &[String], user: &str) -> Message {
    let understood = if heard.is_empty() {
        "I did not understand that.".to_owned()
    } else {
        format!(
            "I understood *{}*, but not what to do about it.",
            escape(heard)
        )
    };
    let buttons: Vec<Value> = readings
        .iter()
        .enumerate()
        .map(|(number, sentence)| {
            let value = format!("{user}/{sentence}");
            button(
                Look::Plain,
                sentence,
                &format!("{}{number}", action::SAY),
                &value,
            )
        })
        .collect();
    let text = format!("{understood} Did you mean one of these?");
    Message::new(&text, vec![section(&text), actions(&buttons)]).with(context(
        "Or say it in other words; `help` shows what I can do.",
    ))
}

/// What can be done today, from the same table as the rest of the understanding.
pub(super) fn help() -> Message {
    let mut text = String::from(
        "*I get you cloud machines, and take them away again in time.* Talk to me here, mention me in a channel, or use `/infrared`.\n",
    );
    for topic in Intent::ALL
        .iter()
        .filter(|intent| is_ready(**intent) && !matches!(intent, Intent::Help | Intent::Cancel))
        .filter_map(|intent| intent.help())
    {
        let example = topic.examples.first().copied().unwrap_or_default();
        let _ = write!(text, "\n• *{}*: `{example}`", topic.title);
        if let Some(terse) = topic.terse {
            let _ = write!(text, " or `/infrared {terse}`");
        }
    }
    text.push_str("\n• `forget it` ends whatever we were talking about");
    Message::new("What I can do", vec![section(&text)]).with(context(
        "I warn you 30 and 5 minutes before the end, with buttons to extend. What is allowed here is in `/infrared policy`, who decides it in `/infrared admins`; `/infrared usual` is what your usual cluster is; admins also have `/infrared audit` and `/infrared sweep`, which looks through the cloud accounts for what was left over.",
    ))
}

/// How one thing works.
pub(super) fn topic(intent: Intent) -> Message {
    let Some(topic) = intent.help() else {
        return help();
    };
    let mut text = format!("*{}*\n{}\n", topic.title, topic.text);
    for example in topic.examples {
        let _ = write!(text, "\n• `{example}`");
    }
    if let Some(terse) = topic.terse {
        let _ = write!(text, "\n• `/infrared {terse}`");
    }
    let message = Message::new(topic.title, vec![section(&text)]);
    if is_ready(intent) {
        message
    } else {
        message.with(context("I understand this, but it is not ready yet."))
    }
}

/// What is built. The others are understood and answered honestly.
const fn is_ready(intent: Intent) -> bool {
    match intent {
        Intent::CreateVm
        | Intent::CreateCluster
        | Intent::PriceQuote
        | Intent::ListReservations
        | Intent::ShowReservation
        | Intent::ExtendReservation
        | Intent::TerminateReservation
        | Intent::StopReservation
        | Intent::StartReservation
        | Intent::AddSshKey
        | Intent::SaveCredentials
        | Intent::ListCredentials
        | Intent::DeleteCredentials
        | Intent::ShareReservation
        | Intent::UnshareReservation
        | Intent::Help
        | Intent::Greet
        | Intent::Thanks
        | Intent::Cancel
        | Intent::Affirm
        | Intent::Deny
        | Intent::Provide
        | Intent::OutOfScope => true,
        Intent::SetReminder
        | Intent::SaveTemplate
        | Intent::ListTemplates
        | Intent::DeleteTemplate
        | Intent::UsageReport => false,
    }
}
