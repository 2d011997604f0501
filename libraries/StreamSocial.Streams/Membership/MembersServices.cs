using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StreamSocial.Events;
using StreamSocial.Events.Runtime;
using StreamSocial.Kafka.Hosting;

namespace StreamSocial.Streams.Membership;

/// <summary>Registers the view of the group's members in a service.</summary>
public static class MembersServices
{
    /// <summary>Adds <see cref="IMembersView"/> and <see cref="GroupReader"/>; needs <see cref="KafkaServices.AddStreamSocialKafka"/>.</summary>
    public static IServiceCollection AddMembersView(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MembersOptions>().BindConfiguration(MembersOptions.SectionName).ValidateDataAnnotations();
        services.AddTopicTable(TopicNames.Members, Encoding.UTF8.GetString, Member.Parser.ParseFrom);
        services.TryAddSingleton<IMembersView, MembersView>();
        services.TryAddSingleton<GroupReader>();
        return services;
    }
}
