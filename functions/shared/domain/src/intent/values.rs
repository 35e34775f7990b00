//! The values slots can take.

use serde::{Deserialize, Serialize};

use super::named_enum;

named_enum! {
    /// Operating systems.
    Os {
        /// Ubuntu.
        Ubuntu = "ubuntu",
        /// Debian.
        Debian = "debian",
        /// `CentOS`, Stream included.
        Centos = "centos",
        /// Fedora.
        Fedora = "fedora",
        /// Amazon Linux.
        AmazonLinux = "amazon-linux",
        /// Red Hat Enterprise Linux.
        Rhel = "rhel",
        /// Rocky Linux.
        Rocky = "rocky",
        /// Windows Server.
        Windows = "windows",
    }
}

named_enum! {
    /// Clouds.
    Provider {
        /// Amazon Web Services.
        Aws = "aws",
        /// `DigitalOcean`.
        Digitalocean = "digitalocean",
    }
}

named_enum! {
    /// Kinds of disk.
    StorageType {
        /// Flash.
        Ssd = "ssd",
        /// Magnetic.
        Hdd = "hdd",
    }
}

named_enum! {
    /// Software put on a machine at first boot.
    Environment {
        /// Docker.
        Docker = "docker",
        /// Node.js.
        Node = "node",
        /// Python.
        Python = "python",
        /// A Java development kit.
        Java = "java",
        /// Rust.
        Rust = "rust",
        /// Go.
        Go = "go",
        /// Apache, `MySQL` and PHP.
        Lamp = "lamp",
        /// `PostgreSQL`.
        Postgres = "postgres",
        /// `MySQL`.
        Mysql = "mysql",
        /// Jenkins.
        Jenkins = "jenkins",
        /// Kubernetes.
        Kubernetes = "kubernetes",
    }
}

named_enum! {
    /// Cluster software.
    Framework {
        /// Spark.
        Spark = "spark",
        /// Hadoop.
        Hadoop = "hadoop",
    }
}

named_enum! {
    /// Notebook servers on a cluster.
    Notebook {
        /// Jupyter.
        Jupyter = "jupyter",
        /// Zeppelin.
        Zeppelin = "zeppelin",
    }
}

named_enum! {
    /// What a price is asked for.
    Kind {
        /// Machines.
        Vm = "vm",
        /// A cluster.
        Cluster = "cluster",
    }
}

named_enum! {
    /// Whose reservations or spending.
    Scope {
        /// The author's.
        Mine = "mine",
        /// The team's.
        Team = "team",
        /// Everybody's.
        All = "all",
    }
}

named_enum! {
    /// Which reservations of a list.
    Status {
        /// Running.
        Active = "active",
        /// Running unused.
        Idle = "idle",
        /// Ending soon.
        Expiring = "expiring",
        /// Ended ones too.
        All = "all",
    }
}

named_enum! {
    /// The stretch of time of a usage report.
    Period {
        /// Today.
        Today = "today",
        /// Yesterday.
        Yesterday = "yesterday",
        /// This week.
        Week = "week",
        /// Last week.
        LastWeek = "last_week",
        /// This month.
        Month = "month",
        /// Last month.
        LastMonth = "last_month",
        /// This quarter.
        Quarter = "quarter",
        /// This year.
        Year = "year",
    }
}

/// How a text points at a reservation. Only the text: who it is, is for the caller to find.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ReservationRef {
    /// A handle, lower case: `r-7f3k2`.
    Handle(String),
    /// A nickname, lower case.
    Nickname(String),
    /// The newest one.
    Last,
    /// All of the author's.
    All,
    /// The author's only cluster.
    Cluster,
    /// The author's only machine.
    Vm,
}

impl From<String> for ReservationRef {
    fn from(text: String) -> Self {
        let text = text.to_lowercase();
        match text.as_str() {
            "last" => Self::Last,
            "all" => Self::All,
            "cluster" => Self::Cluster,
            "vm" => Self::Vm,
            _ if is_handle(&text) => Self::Handle(text),
            _ => Self::Nickname(text),
        }
    }
}

impl From<ReservationRef> for String {
    fn from(reference: ReservationRef) -> Self {
        match reference {
            ReservationRef::Handle(text) | ReservationRef::Nickname(text) => text,
            ReservationRef::Last => "last".into(),
            ReservationRef::All => "all".into(),
            ReservationRef::Cluster => "cluster".into(),
            ReservationRef::Vm => "vm".into(),
        }
    }
}

impl std::fmt::Display for ReservationRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from(self.clone()))
    }
}

/// Characters of a handle after `r-`.
const HANDLE_LENGTH: usize = 5;

/// Whether the text, lower case, has the form of a handle.
pub(crate) fn is_handle(text: &str) -> bool {
    text.strip_prefix("r-").is_some_and(|rest| {
        rest.len() == HANDLE_LENGTH
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

/// One value or several: written as the bare value when it is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    from = "Repr<T>",
    into = "Repr<T>",
    bound(serialize = "T: Clone + Serialize")
)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> OneOrMany<T> {
    /// The value, when it is exactly one.
    pub fn single(&self) -> Option<&T> {
        match self.0.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The values.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<'a, T> IntoIterator for &'a OneOrMany<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> From<T> for OneOrMany<T> {
    fn from(value: T) -> Self {
        Self(vec![value])
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Repr<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> From<Repr<T>> for OneOrMany<T> {
    fn from(repr: Repr<T>) -> Self {
        match repr {
            Repr::One(value) => Self(vec![value]),
            Repr::Many(values) => Self(values),
        }
    }
}

impl<T> From<OneOrMany<T>> for Repr<T> {
    fn from(values: OneOrMany<T>) -> Self {
        let mut values = values.0;
        match values.pop() {
            Some(only) if values.is_empty() => Self::One(only),
            Some(last) => {
                values.push(last);
                Self::Many(values)
            }
            None => Self::Many(values),
        }
    }
}
