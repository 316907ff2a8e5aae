"""What this SCIM service is: its resources, what it can do, and how far clients may stray from the specification."""

from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    EnterpriseUser,
    ETag,
    Filter,
    Group,
    Pagination,
    Patch,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)

PAGE = 100
MAX_PAGE = 500

Account = User[EnterpriseUser]

# What the widely used identity providers send: attributes of their own, `remove` with a value, a filter that matches nothing yet.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


def service() -> ScimProvider:
    config = ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MAX_PAGE),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=False),
        pagination=Pagination(cursor=False, index=True, default_page_size=PAGE, max_page_size=MAX_PAGE),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer secret",
                description="The secret of ENGRAM_SCIM_TOKEN in the Authorization header.",
                primary=True,
            )
        ],
    )
    types = [ResourceType.from_resource(Account), ResourceType.from_resource(Group)]
    return ScimProvider(models=[User, EnterpriseUser, Group], resource_types=types, config=config, policy=POLICY)
