//! Instances as moto describes them.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::GzDecoder;
use roxmltree::{Document, Node};

use super::authority::ResourceTags;
use super::state::Site;

/// An instance's state in EC2's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceState {
    /// `pending`
    Pending,
    /// `running`
    Running,
    /// `stopping`
    Stopping,
    /// `stopped`
    Stopped,
    /// `shutting-down`
    ShuttingDown,
    /// `terminated`
    Terminated,
}

impl InstanceState {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "pending" => Some(Self::Pending),
            "running" => Some(Self::Running),
            "stopping" => Some(Self::Stopping),
            "stopped" => Some(Self::Stopped),
            "shutting-down" => Some(Self::ShuttingDown),
            "terminated" => Some(Self::Terminated),
            _ => None,
        }
    }
}

/// An instance of the local cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its id.
    pub id: String,
    /// The account that pays for it.
    pub account: String,
    /// Its region.
    pub region: String,
    /// Its state in moto; a slow start or end shows only in the answers to the product.
    pub state: InstanceState,
    /// Its type.
    pub instance_type: String,
    /// Its zone.
    pub zone: String,
    /// The image it was launched from.
    pub image_id: String,
    /// Its place among the instances of its launch.
    pub launch_index: u32,
    /// Its address in its network.
    pub private_address: Option<String>,
    /// The address people connect to.
    pub public_address: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// What it runs at first boot, decoded.
    pub user_data: Option<Vec<u8>>,
}

impl Instance {
    /// What it runs at first boot, as text: unpacked where it is packed.
    pub fn first_boot(&self) -> Option<String> {
        let data = self.user_data.as_deref()?;
        let mut text = String::new();
        match GzDecoder::new(data).read_to_string(&mut text) {
            Ok(_) => Some(text),
            Err(_) => String::from_utf8(data.to_vec()).ok(),
        }
    }
}

/// The instances in an answer to `DescribeInstances` or `RunInstances`.
pub(super) fn read(xml: &str, site: &Site) -> Result<Vec<Instance>, roxmltree::Error> {
    let document = Document::parse(xml)?;
    Ok(document
        .descendants()
        .filter(|node| node.has_tag_name_anywhere("instancesSet"))
        .flat_map(|set| set.children().filter(Node::is_element))
        .filter_map(|item| instance(item, site))
        .collect())
}

/// The tags in an answer to `DescribeTags`, by the resource's id.
pub(super) fn tags(xml: &str) -> Result<ResourceTags, roxmltree::Error> {
    let document = Document::parse(xml)?;
    let mut tags = ResourceTags::new();
    let items = document
        .descendants()
        .filter(|node| node.has_tag_name_anywhere("tagSet"))
        .flat_map(|set| set.children().filter(Node::is_element));
    for item in items {
        let (id, key) = (text(item, "resourceId"), text(item, "key"));
        if let (Some(id), Some(key)) = (id, key) {
            let value = text(item, "value").unwrap_or_default();
            tags.entry(id).or_default().insert(key, value);
        }
    }
    Ok(tags)
}

/// The names of the security groups in an answer, but for the defaults.
pub(super) fn firewall_names(xml: &str) -> Result<Vec<String>, roxmltree::Error> {
    let document = Document::parse(xml)?;
    Ok(document
        .descendants()
        .filter(|node| node.has_tag_name_anywhere("securityGroupInfo"))
        .flat_map(|set| set.children().filter(Node::is_element))
        .filter_map(|item| text(item, "groupName"))
        .filter(|name| name != "default")
        .collect())
}

/// A subnet of the default network, where nothing else was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// Its id.
    pub id: String,
    /// Its zone.
    pub zone: String,
}

/// The subnets in an answer, by zone.
pub(super) fn subnets(xml: &str) -> Result<Vec<Subnet>, roxmltree::Error> {
    let document = Document::parse(xml)?;
    let items = document
        .descendants()
        .filter(|node| node.has_tag_name_anywhere("subnetSet"))
        .flat_map(|set| set.children().filter(Node::is_element));
    let subnet = |item| {
        Some(Subnet {
            id: text(item, "subnetId")?,
            zone: text(item, "availabilityZone")?,
        })
    };
    let mut subnets: Vec<Subnet> = items.filter_map(subnet).collect();
    subnets.sort_by(|a, b| a.zone.cmp(&b.zone));
    Ok(subnets)
}

fn instance(item: Node<'_, '_>, site: &Site) -> Option<Instance> {
    let state = text(child(item, "instanceState")?, "name")?;
    let tags = child(item, "tagSet").map_or_else(BTreeMap::new, |set| {
        set.children()
            .filter_map(|tag| Some((text(tag, "key")?, text(tag, "value")?)))
            .collect()
    });
    Some(Instance {
        id: text(item, "instanceId")?,
        account: site.account.clone(),
        region: site.region.clone(),
        state: InstanceState::parse(&state)?,
        instance_type: text(item, "instanceType")?,
        zone: text(child(item, "placement")?, "availabilityZone")?,
        image_id: text(item, "imageId")?,
        launch_index: text(item, "amiLaunchIndex")?.parse().ok()?,
        private_address: text(item, "privateIpAddress"),
        public_address: text(item, "ipAddress"),
        tags,
        user_data: None,
    })
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children()
        .find(|child| child.has_tag_name_anywhere(name))
}

fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    let child = child(node, name)?;
    Some(child.text().unwrap_or_default().to_owned())
}

/// Element names without their namespace, which is EC2's version and of no interest.
trait HasTagNameAnywhere {
    fn has_tag_name_anywhere(&self, name: &str) -> bool;
}

impl HasTagNameAnywhere for Node<'_, '_> {
    fn has_tag_name_anywhere(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}
