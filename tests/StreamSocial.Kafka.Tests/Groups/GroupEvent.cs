namespace StreamSocial.Kafka.Tests.Groups;

internal static class GroupEvent
{
    public const string Assigned = "assigned";
    public const string Revoked = "revoked";
    public const string Lost = "lost";
}
