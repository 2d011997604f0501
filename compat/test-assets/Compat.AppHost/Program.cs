var builder = DistributedApplication.CreateBuilder(args);

var sleeper = builder.AddExecutable("sleeper", "sleep", ".", "600");

var brokers = builder.AddConnectionString("brokers", ReferenceExpression.Create($"127.0.0.1:{builder.Configuration["Port"] ?? "9"}"));

var first = builder.AddProject<Projects.Compat_Service>("first")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(brokers)
    .WithArgs("one", "two words")
    .WaitFor(sleeper)
    .WaitFor(brokers);

builder.AddProject<Projects.Compat_Service>("second")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(first)
    .WithEnvironment("FIRST_HOST_AND_PORT", first.GetEndpoint("http").Property(EndpointProperty.HostAndPort))
    .WithExplicitStart();

await builder.Build().RunAsync();
