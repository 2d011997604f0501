using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StreamSocial.Kafka.Hosting;

namespace StreamSocial.Streams.Membership;

/// <summary>Registers the view of the group's members in a service.</summary>
public static class MembersServices
{
    /// <summary>Adds <see cref="IMembersView"/> and <see cref="GroupReader"/>; needs <see cref="KafkaServices.AddStreamSocialKafka"/>.</summary>
    /// <param name="services">The service's registrations.</param>
    /// <param name="topic">The topic to which the group's members report; it has one partition.</param>
    public static IServiceCollection AddMembersView(this IServiceCollection services, string topic)
    {
        services.AddOptionsWithValidateOnStart<MembersOptions>().BindConfiguration(MembersOptions.SectionName).ValidateDataAnnotations();
        services.AddTopicTable(topic, Encoding.UTF8.GetString, Member.Parser.ParseFrom);
        services.TryAddSingleton<IMembersView, MembersView>();
        services.TryAddSingleton<GroupReader>();
        return services;
    }
}
