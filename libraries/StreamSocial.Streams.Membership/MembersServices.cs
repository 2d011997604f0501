using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StreamSocial.Kafka.Hosting;

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
        builder.AddTopicTable(topic, Encoding.UTF8.GetString, Member.Parser.ParseFrom);
        services.TryAddSingleton<IMembersView, MembersView>();
        services.TryAddSingleton<GroupReader>();
    }
}
