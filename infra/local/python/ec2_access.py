"""Which permissions a request to EC2 needs: an action on each thing that it names or makes, with the tags of both.

EC2 itself is another emulator's. This is the part that IAM has in it, for the actions that make, change or end something;
an action that only looks needs itself on `*`, since EC2 knows no resources for those.
"""

import re

# What an action makes: each is asked about by the tags that the request gives it.
MADE = {
    "RunInstances": ("instance", "network-interface", "volume"),
    "CreateSecurityGroup": ("security-group",),
}
# What a request names, by the parameter (or the numbered ones) that names it.
NAMED = {
    "GroupId": "security-group",
    "ImageId": "image",
    "InstanceId": "instance",
    "KeyName": "key-pair",
    "SecurityGroupId": "security-group",
    "SubnetId": "subnet",
    "VolumeId": "volume",
    "VpcId": "vpc",
}
# What CreateTags and DeleteTags name by nothing but an id.
KIND_OF_ID = {"eni": "network-interface", "i": "instance", "sg": "security-group", "subnet": "subnet", "vol": "volume",
              "vpc": "vpc"}
LOOKING = ("Describe", "Get", "List")
_NAME = re.compile(r"(\w+?)(?:\.\d+)?$")
_SPECIFICATION = re.compile(r"TagSpecification\.\d+$")


def _tags(form, prefix):
    """The tags of PREFIX.1.Key, PREFIX.1.Value and so on."""
    keys = re.compile(rf"{re.escape(prefix)}\.\d+\.Key$")
    return {value: form.get(f"{name[:-3]}Value", "") for name, value in form.items() if keys.match(name)}


def _tags_of_what_is_made(form):
    """The tags that a request gives to what it makes, by kind."""
    specifications = {name.rsplit(".", 1)[0] for name in form if name.endswith(".ResourceType")}
    return {form[f"{name}.ResourceType"]: _tags(form, f"{name}.Tag")
            for name in specifications if _SPECIFICATION.match(name)}


def _requested(tags):
    return {**{f"aws:RequestTag/{key}": value for key, value in tags.items()}, **({"aws:TagKeys": list(tags)} if tags else {})}


def _existing(tags):
    return {f"{prefix}:ResourceTag/{key}": value for key, value in tags.items() for prefix in ("aws", "ec2")}


def needed(form, region, account, tags_of):
    """(action, ARN, condition keys) for each permission; tags_of maps ids of existing resources to their tags."""
    action = form.get("Action", "")

    def arn(kind, name):
        return f"arn:aws:ec2:{region}:{'' if kind == 'image' else account}:{kind}/{name}"

    if action.startswith(LOOKING):
        return [(f"ec2:{action}", "*", {})]
    if action in ("CreateTags", "DeleteTags"):
        requested = _requested(_tags(form, "Tag"))
        ids = [value for name, value in form.items() if name.startswith("ResourceId.")]
        return [(f"ec2:{action}", arn(KIND_OF_ID.get(name.split("-")[0], "unknown"), name),
                 {**requested, **_existing(tags_of.get(name, {}))}) for name in ids]
    given = _tags_of_what_is_made(form)
    permissions = [(f"ec2:{action}", arn(kind, "*"), _requested(given.get(kind, {}))) for kind in MADE.get(action, ())]
    for name, value in form.items():
        kind = NAMED.get(_NAME.match(name).group(1)) if _NAME.match(name) else None
        if kind:
            permissions.append((f"ec2:{action}", arn(kind, value), _existing(tags_of.get(value, {}))))
    # Launched without saying where: somewhere in the default network.
    if action == "RunInstances" and not any(name == "SubnetId" for name in form):
        permissions.append((f"ec2:{action}", arn("subnet", "*"), {}))
    # Tagging what is made is an act of its own.
    permissions += [("ec2:CreateTags", arn(kind, "*"), {**_requested(tags), "ec2:CreateAction": action})
                    for kind, tags in given.items() if tags]
    return permissions or [(f"ec2:{action}", "*", {})]
