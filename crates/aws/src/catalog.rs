//! The registration list: one `mod` line and one catalogue line for each component file.
//!
//! `cargo xtask tidy` fails when a file under `components/` is missing here.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::component::Spec;
use crate::components::*;
use crate::fields::{self, FieldsError};

macro_rules! catalog {
    ($($variant:ident => $module:ident),* $(,)?) => {
        /// The configuration of one component, by kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        pub enum Config {
            $(
                #[doc = concat!("See [`", stringify!($module), "`].")]
                $variant($module::Config),
            )*
        }

        /// Every component, in palette order.
        pub static CATALOG: &[&Spec] = &[$(&$module::SPEC),*];

        /// Every reason a component raises while a packet moves.
        static PACKET_REASONS: &[&[&hopscope_forward::ReasonSpec]] = &[$($module::REASONS),*];

        impl Config {
            /// What the component says about itself.
            #[must_use]
            pub fn spec(&self) -> &'static Spec {
                match self { $(Self::$variant(_) => &$module::SPEC),* }
            }

            /// A new component of that kind with AWS's defaults; `None` for an unknown kind.
            #[must_use]
            pub fn default_of(kind: &str) -> Option<Self> {
                $(if kind == $module::SPEC.kind { return Some(Self::$variant(Default::default())); })*
                None
            }

            /// Reads the fields of a component of that kind. The error names the field.
            pub(crate) fn from_fields(kind: &str, fields: &Value) -> Result<Self, FieldsError> {
                $(if kind == $module::SPEC.kind {
                    return fields::read::<$module::Config>(fields).map(Self::$variant);
                })*
                Err(FieldsError::UnknownKind)
            }

            /// The fields as a JSON object, without `kind`.
            #[must_use]
            pub fn fields(&self) -> Value {
                match self { $(Self::$variant(config) => serde_json::to_value(config).unwrap_or(Value::Null)),* }
            }
        }
    };
}

catalog! {
    Region => region,
    AvailabilityZone => availability_zone,
    Vpc => vpc,
    Subnet => subnet,
    Instance => instance,
    NetworkInterface => network_interface,
    SecurityGroup => security_group,
    NetworkAcl => network_acl,
    RouteTable => route_table,
    PrefixList => prefix_list,
    InternetGateway => internet_gateway,
    EgressOnlyInternetGateway => egress_only_internet_gateway,
    NatGateway => nat_gateway,
    ElasticIp => elastic_ip,
    InternetHost => internet_host,
    Internet => internet,
    Unmodelled => unmodelled,
}

/// The component of that kind.
#[must_use]
pub fn spec(kind: &str) -> Option<&'static Spec> {
    CATALOG.iter().copied().find(|spec| spec.kind == kind)
}

/// Every reason that can be raised: by packets, by the walker, and by drawing.
#[must_use]
pub fn reasons() -> Vec<&'static hopscope_forward::ReasonSpec> {
    let walker = [&hopscope_forward::CYCLIC_PATH, &hopscope_forward::MAX_HOPS];
    PACKET_REASONS
        .iter()
        .flat_map(|list| list.iter().copied())
        .chain(walker)
        .chain(crate::validate::REASONS.iter().copied())
        .collect()
}
