"""Deploys template.yaml to the local AWS emulator.

Does what `sam build && sam deploy` does, for binaries that are already built and without a container, in about a second:
zips and uploads each function, uploads each workflow, seeds SSM parameters, creates the stack, waits, and prints its
outputs as one line of JSON. Values come as JSON on standard input and never as arguments, which any process could read:

    {"secrets":    {"/infrared/slack-bot-token": "..."},     SSM SecureStrings
     "strings":    {"/aws/service/...": "ami-..."},          SSM Strings
     "parameters": {"Stage": "local", "AccessCidrs": "..."}} of the template
"""

import argparse
import json
import os
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
# Reads CloudFormation's short tags such as !Ref; the emulator itself transforms the template with this package.
from samtranslator.yaml_helper import yaml_parse

POLL_SECONDS = 0.05
TRANSIENT_STATES = ("CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint-url", required=True, help="the emulator")
    parser.add_argument("--template", type=Path, default=Path("template.yaml"))
    parser.add_argument("--binaries", type=Path, required=True, help="folder of NAME/bootstrap or NAME, as cargo leaves them")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the zip files, kept between runs")
    parser.add_argument("--stack-name", default="infrared")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--bucket", default="deployment", help="made when missing")
    parser.add_argument("--timeout-seconds", type=float, default=60)
    return parser.parse_args()


def zipped(name, binaries, cache):
    """Path of a zip that holds the function's binary as `bootstrap`, made unless there is one of this very binary."""
    candidates = [binaries / name / "bootstrap", binaries / name]
    binary = next((path for path in candidates if path.is_file()), None)
    if binary is None:
        sys.exit(f"no binary of {name}: looked for {' and '.join(map(str, candidates))}")
    status = binary.stat()
    target = cache / f"{name}-{status.st_mtime_ns}-{status.st_size}.zip"
    if not target.exists():
        for stale in cache.glob(f"{name}-*.zip"):
            stale.unlink(missing_ok=True)
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        partial = target.with_suffix(f".{os.getpid()}.partial")
        # Stored, not deflated: the emulator is on this machine, and deflating takes longer than everything else here.
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(entry, binary.read_bytes())
        partial.rename(target)
    return target


def packaged(template, options, upload):
    """The template with every local path replaced by the place its content was uploaded to."""
    uploads = []
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            archive = zipped(resource["Metadata"]["BuildProperties"]["Binary"], options.binaries, options.cache)
            uploads.append((archive, f"functions/{archive.name}"))
            properties["CodeUri"] = f"s3://{options.bucket}/functions/{archive.name}"
        elif resource["Type"] == "AWS::Serverless::StateMachine":
            definition = options.template.parent / properties["DefinitionUri"]
            uploads.append((definition, f"workflows/{definition.name}"))
            properties["DefinitionUri"] = f"s3://{options.bucket}/workflows/{definition.name}"
    template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    with ThreadPoolExecutor() as pool:
        list(pool.map(upload, uploads))
    return template


def first_failure(cloudformation, stack_name):
    """The resource that failed first and why; the rest are cancelled because of it."""
    events = [event for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_name)
              for event in page["StackEvents"]]
    for event in sorted(events, key=lambda event: event["Timestamp"]):
        reason = event.get("ResourceStatusReason", "")
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
            return f"{event['LogicalResourceId']} ({event.get('ResourceType')}): {reason}"
    return "no resource says why"


def main():
    options = arguments()
    values = json.load(sys.stdin)
    options.cache.mkdir(parents=True, exist_ok=True)
    session = boto3.Session(region_name=options.region, aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "test"),
                            aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "test"))
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 2})
    s3, ssm, cloudformation = (session.client(service, endpoint_url=options.endpoint_url, config=config)
                               for service in ("s3", "ssm", "cloudformation"))

    for kind, key in (("SecureString", "secrets"), ("String", "strings")):
        for name, value in values.get(key, {}).items():
            ssm.put_parameter(Name=name, Value=value, Type=kind, Overwrite=True)

    s3.create_bucket(Bucket=options.bucket)
    template = packaged(yaml_parse(options.template.read_text()), options,
                        lambda item: s3.put_object(Bucket=options.bucket, Key=item[1], Body=item[0].read_bytes()))
    # By address, because a template in the request itself may have 51,200 bytes only.
    s3.put_object(Bucket=options.bucket, Key="template.json", Body=json.dumps(template).encode())
    cloudformation.create_stack(
        StackName=options.stack_name, TemplateURL=f"{options.endpoint_url}/{options.bucket}/template.json",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": name, "ParameterValue": str(value)} for name, value in values.get("parameters", {}).items()])

    deadline = time.monotonic() + options.timeout_seconds
    while (stack := cloudformation.describe_stacks(StackName=options.stack_name)["Stacks"][0])["StackStatus"] in TRANSIENT_STATES:
        if time.monotonic() > deadline:
            sys.exit(f"{options.stack_name} is still {stack['StackStatus']} after {options.timeout_seconds:g} seconds")
        time.sleep(POLL_SECONDS)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        sys.exit(f"{options.stack_name} is {stack['StackStatus']}: {first_failure(cloudformation, options.stack_name)}")
    print(json.dumps({output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}))


if __name__ == "__main__":
    try:
        main()
    except ClientError as error:
        sys.exit(f"refused: {error}")
