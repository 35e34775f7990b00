//! What a run works with.

use clouds::ec2::{self, SdkConfig};
use platform::clock::Clock;
use platform::store::Store;
use platform::{Base, PlatformError, config};

use crate::price_list::PriceList;

/// Everything that a run needs, built once.
#[derive(Debug)]
pub struct Deps {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) price_list: PriceList,
    /// Where machines may be launched.
    pub(crate) regions: Vec<String>,
    pub(crate) stack: String,
    /// The function's own configuration. Prices are no secret: it looks by itself, and assumes no role that could launch.
    pub(crate) own: SdkConfig,
}

impl Deps {
    /// Everything from the environment.
    pub async fn from_env() -> Result<Self, PlatformError> {
        let Base { store, clock, .. } = Base::from_env().await?;
        let own = ec2::own_config().await;
        Ok(Self {
            store,
            clock,
            price_list: PriceList::new(&own),
            regions: config::list("MACHINE_REGIONS"),
            stack: config::required("STACK_NAME")?,
            own,
        })
    }
}
