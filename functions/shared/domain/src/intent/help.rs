//! What each intent is for, in one sentence with examples: the single source of help, usage hints and "try this".

use super::Intent;

/// Help on one intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// A few words: the heading, and the label of a button.
    pub title: &'static str,
    /// What it does, in one or two sentences.
    pub text: &'static str,
    /// Sentences that work as they stand.
    pub examples: &'static [&'static str],
    /// The short form behind `/infrared`, if there is one.
    pub terse: Option<&'static str>,
}

impl Intent {
    /// Help on this intent; none for the small talk that is no topic of its own.
    #[expect(clippy::too_many_lines, reason = "a table, one entry an intent")]
    pub const fn help(self) -> Option<Topic> {
        let (title, text, examples, terse): (_, _, &[&str], _) = match self {
            Self::CreateVm => (
                "Get a machine",
                "Say what you need: system, memory, how long, and if you like what shall be on it: Docker, Go, Java, LAMP, Node.js, PostgreSQL, Python or Rust. I ask for what is missing, show the price, and wait for your yes.",
                &[
                    "I need an ubuntu machine with 8 GB for 4 hours",
                    "3 debian boxes, 4 cores and 16 GB each, until Friday 5pm",
                    "ubuntu with docker and node, 8 GB, 4 hours",
                ],
                Some("vm ubuntu 8gb 4h"),
            ),
            Self::CreateCluster => (
                "Get a cluster",
                "Spark with JupyterLab: one machine is the master, the others are workers. Sizes are per machine unless you say “in total”. Tell me once what your usual cluster is (`/infrared usual`), and its name is enough.",
                &[
                    "spark cluster with 5 nodes, 16 GB each, for a day",
                    "spark, 1 master and 3 workers, 8 GB each, 5 hours",
                    "launch my usual cluster for 3 hours",
                ],
                Some("cluster spark 5 nodes 16gb 4h"),
            ),
            Self::PriceQuote => (
                "Know the price first",
                "I compare the clouds and show the cheapest offer. “Book it” then takes it.",
                &[
                    "how much is an ubuntu vm with 16 GB for 2 days?",
                    "what does t3.large cost?",
                ],
                Some("price ubuntu 8gb 4h"),
            ),
            Self::ListReservations => (
                "See what is running",
                "Your machines and clusters, or the team's, with the time they have left.",
                &[
                    "show my machines",
                    "which boxes are idle?",
                    "what does the team have running?",
                ],
                Some("list"),
            ),
            Self::ShowReservation => (
                "See one reservation",
                "Address, size, cost and deadline of one reservation.",
                &["show r-7f3k2", "when does my cluster expire?"],
                Some("show r-7f3k2"),
            ),
            Self::ExtendReservation => (
                "Keep it longer",
                "Adds time to a reservation, or moves its end to a day and hour.",
                &[
                    "extend r-7f3k2 by 2 hours",
                    "keep my cluster until Friday 5pm",
                ],
                Some("extend r-7f3k2 2h"),
            ),
            Self::TerminateReservation => (
                "Give it back",
                "Deletes the machines and their disks for good. I name what would go and wait for your yes.",
                &["terminate r-7f3k2", "I am done with my cluster"],
                Some("terminate r-7f3k2"),
            ),
            Self::StopReservation => (
                "Switch it off for a while",
                "Stops the machines and keeps their disks, so you can start them again. The disks go on costing, and the end stays.",
                &["stop r-7f3k2", "pause my last machine"],
                Some("stop r-7f3k2"),
            ),
            Self::StartReservation => (
                "Switch it on again",
                "Starts stopped machines. They get new addresses.",
                &["start r-7f3k2", "wake up my last machine"],
                Some("start r-7f3k2"),
            ),
            Self::SetReminder => (
                "Be reminded",
                "I write to you about a reservation at the time you name. Nothing is done to it.",
                &[
                    "remind me about r-7f3k2 in 2 hours",
                    "remind me tomorrow at 9 to look at my cluster",
                ],
                Some("remind r-7f3k2 2h"),
            ),
            Self::SaveTemplate => (
                "Save a template",
                "Keeps the configuration of a reservation under a name.",
                &["save r-7f3k2 as template web-server"],
                Some("save r-7f3k2 as template web-server"),
            ),
            Self::ListTemplates => (
                "See the templates",
                "The configurations you saved.",
                &["list my templates"],
                Some("templates"),
            ),
            Self::DeleteTemplate => (
                "Delete a template",
                "Forgets a saved configuration. Machines made from it stay.",
                &["delete the template web-server"],
                Some("delete template web-server"),
            ),
            Self::SaveCredentials => (
                "Give cloud keys",
                "Opens a form for the keys of AWS or DigitalOcean. Never type keys into a message.",
                &["I want to add my AWS keys", "update my DigitalOcean token"],
                Some("keys add aws"),
            ),
            Self::ListCredentials => (
                "See which keys are kept",
                "Which clouds you gave keys for; never the keys themselves.",
                &["which cloud accounts have I connected?"],
                Some("keys"),
            ),
            Self::DeleteCredentials => (
                "Have keys forgotten",
                "Deletes the keys of a cloud, after your yes.",
                &["delete my AWS keys"],
                Some("keys delete aws"),
            ),
            Self::AddSshKey => (
                "Add an ssh key",
                "Opens a form for a public key, which your machines will then accept.",
                &["add my ssh key"],
                Some("ssh-key"),
            ),
            Self::ShareReservation => (
                "Let a colleague in",
                "Gives somebody access to a reservation.",
                &["share r-7f3k2 with @alice"],
                Some("share r-7f3k2 @alice"),
            ),
            Self::UnshareReservation => (
                "Shut a colleague out",
                "Takes somebody's access to a reservation away.",
                &["unshare r-7f3k2 with @alice"],
                Some("unshare r-7f3k2 @alice"),
            ),
            Self::UsageReport => (
                "See the spending",
                "What you, the team or everybody spent in a day, week, month or quarter.",
                &[
                    "how much have I spent this month?",
                    "team bill for last month",
                ],
                Some("usage month"),
            ),
            Self::Help => (
                "Help",
                "How I work, and what I understand.",
                &["help", "how do I extend a reservation?"],
                Some("help"),
            ),
            Self::Cancel => (
                "Leave a task",
                "“cancel” drops what we are in the middle of; nothing is run.",
                &["cancel", "never mind"],
                None,
            ),
            Self::Greet
            | Self::Thanks
            | Self::Affirm
            | Self::Deny
            | Self::Provide
            | Self::OutOfScope => return None,
        };
        Some(Topic {
            title,
            text,
            examples,
            terse,
        })
    }
}
