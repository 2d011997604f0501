using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Streams.Membership;

/// <summary>How members are seen.</summary>
public sealed class MembersOptions
{
    public const string SectionName = "Members";

    /// <summary>Age of a member's last report, by the newest report in the topic, after which it counts as gone.</summary>
    /// <value>Default 10 s; 1 s to 10 min; several times <c>Streams:ReportInterval</c>.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ExpireAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>This process's own member id, which tells it what it owns itself.</summary>
    /// <value>Default none: it only looks on.</value>
    public string? SelfMemberId { get; set; }
}
