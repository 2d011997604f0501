using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>Adds stages to the runtime.</summary>
public sealed class StreamsBuilder(IServiceCollection services)
{
    /// <summary>Adds a stage; its input topic is consumed by the group.</summary>
    public StreamsBuilder AddStage(Func<IServiceProvider, StageDefinition> define)
    {
        services.AddSingleton(define);
        return this;
    }
}
