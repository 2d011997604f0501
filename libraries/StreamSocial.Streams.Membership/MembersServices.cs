using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Streams.Membership.Peers;

namespace StreamSocial.Streams.Membership;

/// <summary>Registers the view of the group's members in a service.</summary>
public static class MembersServices
{
    /// <summary>Adds <see cref="IMembersView"/> and <see cref="GroupReader"/>; needs <see cref="KafkaServices.AddStreamSocialKafka"/>.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="topic">The topic to which the group's members report; it has one partition.</param>
    public static void AddMembersView(this IHostApplicationBuilder builder, string topic)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<MembersOptions>().BindConfiguration(MembersOptions.SectionName).ValidateDataAnnotations();
        builder.AddTopicTable(topic, Encoding.UTF8.GetString, MemberReports.Read, isBusy: true);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PeersOptions>, PeersOptionsValidator>());
        services.AddOptionsWithValidateOnStart<PeersOptions>().BindConfiguration(PeersOptions.SectionName);
        services.TryAddSingleton<PeerAddresses>();
        services.TryAddSingleton<IMembersView, MembersView>();
        services.TryAddSingleton<GroupReader>();
    }
}

/// <summary>Options of the view of the members.</summary>
public sealed class MembersOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Members";

    /// <summary>Age of a member's last report after which the member counts as gone. Both times are those at which the log took reports.</summary>
    /// <value>Default 10 s; 1 s to 10 min; several times <c>Streams:ReportInterval</c>, and never less than it.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ExpireAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>This process's own member id, by which it recognises its own partitions.</summary>
    /// <value>Default null: the process is no member.</value>
    public string? SelfMemberId { get; set; }
}
