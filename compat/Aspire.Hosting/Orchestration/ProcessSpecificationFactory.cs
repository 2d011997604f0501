using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>Works out the command line and the environment of a resource, when it is about to start.</summary>
internal sealed class ProcessSpecificationFactory(
    IHostEnvironment environment,
    DistributedApplicationExecutionContext executionContext,
    OtlpSettings otlp)
{
    /// <summary>What the AppHost's own launch profile sets for the AppHost and must not reach a service.</summary>
    private static readonly string[] OwnVariables =
        ["ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "ASPIRE_ALLOW_UNSECURED_TRANSPORT"];

    public async Task<ProcessSpecification> CreateAsync(IResource resource, CancellationToken cancellationToken)
    {
        var arguments = await ResolveArgumentsAsync(resource, cancellationToken);
        var variables = await ResolveEnvironmentAsync(resource, cancellationToken);
        if (resource is ExecutableResource executable)
        {
            var command = CommandLookup.Resolve(executable.Command, executable.WorkingDirectory);
            return new ProcessSpecification(command, arguments, executable.WorkingDirectory, variables, OwnVariables);
        }

        var project = resource.Annotations.OfType<IProjectMetadata>().Single();
        var target = project.TargetPath ?? throw new DistributedApplicationException(
            $"The project '{resource.Name}' has no built output here: reference it from the AppHost's project file.");
        if (!File.Exists(target))
            throw new DistributedApplicationException($"The project '{resource.Name}' is not built: {target} does not exist. Build the AppHost.");

        return new ProcessSpecification(DotnetHost.Path, [target, .. arguments], Path.GetDirectoryName(project.ProjectPath)!, variables, OwnVariables);
    }

    private static async Task<List<string>> ResolveArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var described = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
            await annotation.Callback(new CommandLineArgsCallbackContext(described, resource, cancellationToken));

        var arguments = new List<string>();
        foreach (var value in described)
        {
            if (await ValueResolver.ResolveAsync(value, cancellationToken) is { } argument)
                arguments.Add(argument);
        }

        return arguments;
    }

    private async Task<Dictionary<string, string>> ResolveEnvironmentAsync(IResource resource, CancellationToken cancellationToken)
    {
        var described = new Dictionary<string, object>();
        AddDefaults(resource, described);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
            await annotation.Callback(new EnvironmentCallbackContext(executionContext, resource, described, cancellationToken));

        var variables = new Dictionary<string, string>();
        foreach (var (name, value) in described)
        {
            if (await ValueResolver.ResolveAsync(value, cancellationToken) is { } text)
                variables[name] = text;
        }

        return variables;
    }

    private void AddDefaults(IResource resource, Dictionary<string, object> variables)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedEndpoint is not null).ToArray();
        foreach (var endpoint in endpoints.Where(e => e.PortVariable is not null))
            variables[endpoint.PortVariable!] = endpoint.AllocatedEndpoint!.Port;

        if (resource is ProjectResource)
        {
            variables["DOTNET_ENVIRONMENT"] = environment.EnvironmentName;
            var urls = endpoints.Where(e => e.PortVariable is null && e.UriScheme is "http" or "https").Select(e => e.AllocatedEndpoint!.UriString).ToArray();
            if (urls.Length > 0)
                variables["ASPNETCORE_URLS"] = string.Join(';', urls);
        }

        if (resource is ProjectResource || resource.TryGetLastAnnotation<OtlpExporterAnnotation>(out _))
            otlp.AddTo(variables, resource.Name);
    }
}
